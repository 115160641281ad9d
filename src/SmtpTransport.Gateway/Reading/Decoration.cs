using MimeKit;

namespace SmtpTransport.Gateway.Reading;

/// <summary>Parts that nobody would call a file of the mail.</summary>
internal static class Decoration
{
    /// <summary>Below this, a picture without a name is a spacer.</summary>
    private const int SmallPicture = 1500;

    /// <summary>Signatures, the label of encrypted mail, what a read receipt says to programs, reactions, and pictures too small to be more than spacers.</summary>
    public static bool Is(MimePart part) =>
        IsType(part, "application", "pgp-signature", "pgp-encrypted", "pkcs7-signature", "x-pkcs7-signature")
        || IsType(part, "message", "disposition-notification")
        || ReactionPart.Is(part)
        || (part.ContentType.IsMimeType("image", "*") && !part.IsAttachment && string.IsNullOrEmpty(part.FileName)
            && (part.Content?.Stream?.Length ?? 0) < SmallPicture);

    /// <summary>The text that Outlook's own format says once more.</summary>
    public static bool IsBodyOfTnef(MimeEntity entity) =>
        entity is TextPart { IsAttachment: false } && string.IsNullOrEmpty(entity.ContentDisposition?.FileName ?? entity.ContentType.Name);

    private static bool IsType(MimePart part, string media, params ReadOnlySpan<string> subtypes)
    {
        foreach (var subtype in subtypes)
            if (part.ContentType.IsMimeType(media, subtype))
                return true;
        return false;
    }
}
