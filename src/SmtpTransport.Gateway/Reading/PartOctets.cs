using MimeKit;

namespace SmtpTransport.Gateway.Reading;

/// <summary>The decoded octets of a text part, up to a bound: a text may be as long as the mail may be.</summary>
internal static class PartOctets
{
    public static (byte[] Octets, long Unread) Read(MimePart part, int max)
    {
        if (part.Content is not { } content)
        {
            return ([], 0);
        }

        using var decoded = content.Open();
        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while (kept.Length < max && (read = decoded.Read(buffer)) > 0)
        {
            kept.Write(buffer, 0, (int)Math.Min(read, max - kept.Length));
        }

        if (kept.Length < max)
        {
            return (kept.ToArray(), 0);
        }

        // Ends at a line, so that no character is cut in two.
        var octets = kept.ToArray();
        var end = Array.LastIndexOf(octets, (byte)'\n') is var line && line > max / 2 ? line : max;
        return (octets[..end], Math.Max(0, (content.Stream?.Length ?? 0) - end));
    }
}
