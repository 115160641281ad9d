using System.Globalization;
using MimeKit;

namespace SmtpTransport.Gateway.Pages;

/// <summary>The pictures that a mail brings along for its own page, by Content-ID (RFC 2392).</summary>
internal sealed class MailPictures
{
    private const int Max = 500;

    // What browsers show and cannot run.
    private static readonly string[] Kinds = ["png", "jpeg", "jpg", "pjpeg", "gif", "webp", "bmp", "avif"];

    private readonly List<MimePart> pictures;

    private MailPictures(IEnumerable<MimePart> pictures) => this.pictures = [.. pictures];

    public static MailPictures Of(MimeMessage mail) => new(
        mail.BodyParts.OfType<MimePart>().Where(part => part.ContentId is { Length: > 0 } && Kinds.Any(kind => part.ContentType.IsMimeType("image", kind))).Take(Max));

    /// <summary>Where it lies, below the link; null when there is none.</summary>
    public string? PathOf(string contentId) =>
        pictures.FindIndex(part => contentId.Equals(part.ContentId, StringComparison.OrdinalIgnoreCase)) is var found and >= 0
            ? string.Create(CultureInfo.InvariantCulture, $"picture/{found}")
            : null;

    /// <summary>Null when there is none of that number.</summary>
    public MimePart? At(int number) => number >= 0 && number < pictures.Count ? pictures[number] : null;
}
