using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace SmtpTransport.Mail.Smtp;

/// <summary>Puts a reply on the wire (RFC 5321 §4.2.1): lines that fit, and no character of a text that could end one.</summary>
internal static class ReplyWriter
{
    private const int Separator = 3;

    /// <summary>Returns the number of octets.</summary>
    public static int Write(IBufferWriter<byte> output, SmtpReply reply, Encodings encoding = Encodings.Ascii)
    {
        Span<byte> line = stackalloc byte[SmtpLimits.ReplyLine];
        // RFC 2034 §4: the enhanced code stands on every line.
        Utf8.TryWrite(line, $"{reply.Code:D3}-{reply.Enhanced}{(reply.Enhanced.Length > 0 ? " " : "")}", out var prefix);
        var end = prefix;
        var written = 0;
        foreach (var rune in reply.Text.EnumerateRunes())
        {
            if (rune.Value == '\n' || end + 4 > line.Length - 2)
            {
                written += WriteLine(output, line, end);
                end = prefix;
            }
            if (rune.Value != '\n')
                end += Printable(rune, encoding).EncodeToUtf8(line[end..]);
        }
        line[Separator] = (byte)' ';
        return written + WriteLine(output, line, end);
    }

    private static Rune Printable(Rune rune, Encodings encoding) =>
        Rune.IsControl(rune) || (encoding == Encodings.Ascii && !rune.IsAscii) ? new Rune('?') : rune;

    private static int WriteLine(IBufferWriter<byte> output, Span<byte> line, int end)
    {
        line[end] = (byte)'\r';
        line[end + 1] = (byte)'\n';
        output.Write(line[..(end + 2)]);
        return end + 2;
    }
}

/// <summary>What a reply's text may hold: UTF-8 only once the client has used SMTPUTF8 (RFC 6531 §3.7.4.2).</summary>
internal enum Encodings
{
    Ascii,
    Utf8,
}
