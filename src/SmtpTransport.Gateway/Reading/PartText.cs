using System.Text;
using MimeKit;
using SmtpTransport.Gateway.Text;

namespace SmtpTransport.Gateway.Reading;

/// <summary>Reads the text parts of one mail, as far as all of them together are worth reading.</summary>
/// <param name="maxPlain">Octets read of one part that is no HTML.</param>
internal sealed class PartText(int maxPlain)
{
    /// <summary>What ten messages can show.</summary>
    public const int MaxPlain = TextPieces.MaxPieces * TextPieces.MaxOctets;

    public const int MaxHtml = 1024 * 1024;

    private int unspent = Math.Max(maxPlain, 2 * MaxHtml);

    /// <summary>Octets that were not looked at.</summary>
    public long Unread { get; private set; }

    public static string Decode(TextPart part, int max) =>
        PlainText.Clean(Charset.Decode(PartOctets.Read(part, max).Octets, part.ContentType.Charset));

    public string Read(TextPart part)
    {
        var (octets, unread) = PartOctets.Read(part, Math.Min(unspent, part.IsHtml ? MaxHtml : maxPlain));
        unspent -= octets.Length;
        Unread += unread;
        var text = PlainText.Clean(Charset.Decode(octets, part.ContentType.Charset));
        if (part.IsHtml)
        {
            var page = TextPage.Read(text);
            Unread += page.Unread;
            return page.Text;
        }

        if (part.IsFlowed)
            text = FlowedText.Decode(text, "yes".Equals(part.ContentType.Parameters["delsp"], StringComparison.OrdinalIgnoreCase));
        return WithoutTrailingSpace(text);
    }

    private static string WithoutTrailingSpace(string text)
    {
        var trimmed = new StringBuilder(text.Length);
        foreach (var line in text.AsSpan().EnumerateLines())
            trimmed.Append(line is "-- " ? line : line.TrimEnd()).Append('\n');
        return trimmed.ToString().Trim('\n');
    }
}
