using System.Globalization;
using MimeKit;
using SmtpTransport.Gateway.Text;

namespace SmtpTransport.Gateway.Reading;

/// <summary>A file in a mail, as the reader is told of it.</summary>
/// <param name="Kind">In a reader's words: <c>PDF</c>, <c>JPEG image</c>.</param>
/// <param name="Size">Octets, decoded; an estimate for large files, which are not decoded only to be counted.</param>
internal sealed record Attachment(string Name, string Kind, long Size)
{
    /// <summary>The name of a calendar entry that has none of its own.</summary>
    public const string Invitation = "invite.ics";

    private const int DecodedToCount = 256 * 1024;

    /// <summary>The part of the mail that it is.</summary>
    public required MimeEntity Entity { get; init; }

    /// <summary>Name, kind and size.</summary>
    public string Words => $"{Name}, {Details}";

    /// <summary>Kind and size.</summary>
    public string Details => Size > 0 ? $"{Kind}, {Spoken(Size)}" : Kind;

    public static Attachment Of(MimeEntity entity)
    {
        var type = entity.ContentType;
        return entity switch
        {
            MessagePart { Message: { } message } =>
                new(Named(entity, NameOf(message)), "mail", Length(message)) { Entity = entity },
            MimePart part when type.IsMimeType("text", "calendar") => new(Named(entity, Invitation), KindOf(type, part.FileName), SizeOf(part)) { Entity = entity },
            MimePart part => new(Named(entity, ""), KindOf(type, part.FileName), SizeOf(part)) { Entity = entity },
            _ => new(Named(entity, ""), KindOf(type, null), 0) { Entity = entity },
        };
    }

    public override string ToString() => $"[Attached: {Words}]";

    private static string Named(MimeEntity entity, string otherwise)
    {
        var name = PlainText.OneLine(entity.ContentDisposition?.FileName ?? entity.ContentType.Name ?? "", 120);
        return name.Length > 0 ? name : otherwise.Length > 0 ? otherwise : "unnamed";
    }

    private static string NameOf(MimeMessage message) => PlainText.OneLine(message.Subject ?? "", 100) is { Length: > 0 } subject ? subject + ".eml" : "mail.eml";

    private static string KindOf(ContentType type, string? fileName)
    {
        var media = type.MimeType.ToLowerInvariant();
        if (media == "application/octet-stream" && !string.IsNullOrEmpty(fileName))
        {
            media = MimeTypes.GetMimeType(fileName);
        }

        var (kind, subtype) = media.IndexOf('/') is var slash and > 0 ? (media[..slash], media[(slash + 1)..]) : (media, "");
        return media switch
        {
            "application/pdf" => "PDF",
            "application/zip" or "application/x-zip-compressed" => "ZIP archive",
            "application/msword" or "application/rtf" or "application/vnd.oasis.opendocument.text" => "document",
            "application/ms-tnef" or "application/vnd.ms-tnef" => "Outlook data",
            "application/pkcs7-mime" or "application/x-pkcs7-mime" or "application/pgp-encrypted" => "encrypted mail",
            "application/octet-stream" => "file",
            "message/rfc822" or "message/global" => "mail",
            "message/delivery-status" => "delivery report",
            "text/calendar" or "application/ics" => "calendar entry",
            "text/vcard" or "text/x-vcard" or "text/directory" => "contact card",
            "text/plain" => "text",
            "text/html" => "web page",
            _ when media.Contains("wordprocessing", StringComparison.Ordinal) => "document",
            _ when media.Contains("spreadsheet", StringComparison.Ordinal) || media.Contains("excel", StringComparison.Ordinal) => "spreadsheet",
            _ when media.Contains("presentation", StringComparison.Ordinal) || media.Contains("powerpoint", StringComparison.Ordinal) => "presentation",
            _ when kind is "image" or "audio" or "video" && subtype.Length is > 0 and <= 8 => $"{subtype.ToUpperInvariant()} {kind}",
            _ => PlainText.OneLine(media, 60),
        };
    }

    private static long SizeOf(MimePart part)
    {
        if (part.Content is not { Stream: { } encoded })
        {
            return 0;
        }

        var length = encoded.Length;
        if (length <= DecodedToCount)
        {
            using var counted = new MimeKit.IO.MeasuringStream();
            part.Content.DecodeTo(counted);
            return counted.Length;
        }

        // Base64 in lines of 76 characters and CRLF: 57 octets to 78.
        return part.ContentTransferEncoding is ContentEncoding.Base64 ? length * 57 / 78 : length;
    }

    private static long Length(MimeMessage message) =>
        message.BodyParts.OfType<MimePart>().Take(1000).Sum(part => part.Content?.Stream?.Length ?? 0);

    public static string Spoken(long size) => size switch
    {
        1 => "1 byte",
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{size} bytes"),
        < 1000 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, Math.Round(size / 1024.0))} KB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{size / (1024.0 * 1024.0):0.0} MB"),
    };
}
