using MimeKit;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>The decoded octets of a text part, up to a bound: a text may be as long as the mail may be.</summary>
internal static class PartOctets
{
    private const int Max = 2 * 1024 * 1024;

    public static (byte[] Octets, long Unread) Read(MimePart part)
    {
        if (part.Content is not { } content)
        {
            return ([], 0);
        }

        using var decoded = content.Open();
        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while (kept.Length < Max && (read = decoded.Read(buffer)) > 0)
        {
            kept.Write(buffer, 0, (int)Math.Min(read, Max - kept.Length));
        }

        if (kept.Length < Max)
        {
            return (kept.ToArray(), 0);
        }

        // Ends at a line, so that no character is cut in two.
        var octets = kept.ToArray();
        var end = Array.LastIndexOf(octets, (byte)'\n') is var line and > Max / 2 ? line : Max;
        return (octets[..end], Math.Max(0, (content.Stream?.Length ?? 0) - end));
    }
}
