using System.Text;
using MimeKit;
using SmtpTransport.Gateway.Text;

namespace SmtpTransport.Gateway.Bounces;

/// <summary>The first lines of a part: a bounce says early what it has to say.</summary>
internal static class BounceText
{
    private const int MaxOctets = 128 * 1024;
    private const int MaxLines = 2000;
    private const int MaxLine = 2000;

    public static IReadOnlyList<string> Of(MimePart part)
    {
        if (part.Content is not { } content)
            return [];
        using var decoded = content.Open();
        var octets = new byte[MaxOctets];
        var count = decoded.ReadAtLeast(octets, MaxOctets, throwOnEndOfStream: false);
        return Of(Decode(part, octets.AsSpan(0, count)));
    }

    public static IReadOnlyList<string> Of(string text) =>
        [.. PlainText.Clean(text.Length > MaxOctets ? text[..MaxOctets] : text).Split('\n', MaxLines + 1).Take(MaxLines).Select(line => (line.Length > MaxLine ? line[..MaxLine] : line).TrimEnd())];

    private static string Decode(MimePart part, ReadOnlySpan<byte> octets)
    {
        var text = Encoding.UTF8.GetString(octets);
        if (!text.Contains('\uFFFD'))
            return text;
        try
        {
            return Encoding.GetEncoding(part.ContentType.Charset ?? "iso-8859-1").GetString(octets);
        }
        catch (Exception unknown) when (unknown is ArgumentException)
        {
            return text;
        }
    }
}
