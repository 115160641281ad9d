using MimeKit;

namespace SmtpTransport.Gateway.Reading;

/// <summary>The octets of a file in a mail, as its sender had them, and what they are.</summary>
internal static class FilePart
{
    private const string Anything = "application/octet-stream";
    private const int MaxMediaType = 127;

    private static readonly FormatOptions AsMail = WithMailLines();

    public static Task WriteToAsync(MimeEntity entity, Stream target, CancellationToken cancellation) => entity switch
    {
        MessagePart { Message: { } message } => message.WriteToAsync(AsMail, target, cancellation),
        MimePart { Content: { } content } => content.DecodeToAsync(target, cancellation),
        MimePart => Task.CompletedTask,
        _ => entity.WriteToAsync(target, cancellation),
    };

    /// <summary>What the sender says; where that is nothing, what the name says. Always well-formed.</summary>
    public static string MediaTypeOf(MimeEntity entity, string fileName)
    {
        if (entity is MessagePart)
            return "message/rfc822";
        var type = entity.ContentType.MimeType.ToLowerInvariant();
        return type != Anything && IsToken(entity.ContentType.MediaType) && IsToken(entity.ContentType.MediaSubtype) && type.Length <= MaxMediaType
            ? type
            : MimeTypes.GetMimeType(fileName);
    }

    /// <summary>A picture in the text, rather than a file beside it (RFC 2183 §2.1).</summary>
    public static bool IsInline(MimeEntity entity) =>
        entity.ContentType.IsMimeType("image", "*") && !entity.IsAttachment && (entity.ContentDisposition is not null || entity.ContentId is not null);

    // RFC 5322 §2.1: lines end with CRLF, on whatever machine.
    private static FormatOptions WithMailLines()
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        return format;
    }

    // RFC 6838 §4.2
    private static bool IsToken(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '!' or '#' or '$' or '&' or '-' or '^' or '_' or '.' or '+');
}
