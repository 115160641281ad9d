using MimeKit;

namespace SmtpTransport.Mail.Authentication;

/// <summary>A mail as signatures see it: header fields, and a body that is octets and nothing else.</summary>
internal static class OpaqueMessage
{
    // No depth at all: a multipart is one part as well, and what is hashed is what came, not what a MIME writer makes of it.
    private static readonly ParserOptions Opaque = new() { MaxMimeDepth = 0, RespectContentLength = false };

    /// <summary>The body stays in the stream, which must live as long as the message; null for what has no header.</summary>
    public static async Task<MimeMessage?> LoadAsync(Stream content, CancellationToken cancellation)
    {
        try
        {
            return await new MimeParser(Opaque, content, MimeFormat.Entity, persistent: true).ParseMessageAsync(cancellation);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
