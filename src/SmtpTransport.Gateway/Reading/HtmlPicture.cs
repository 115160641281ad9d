using AngleSharp.Dom;
using SmtpTransport.Gateway.Text;

namespace SmtpTransport.Gateway.Reading;

/// <summary>What stands for a picture, none of which is ever fetched: the words that its author gave it.</summary>
internal static class HtmlPicture
{
    private const int MaxWords = 200;

    private static readonly HashSet<string> Empty = new(StringComparer.OrdinalIgnoreCase)
    {
        "image", "picture", "photo", "img", "icon", "spacer", "logo image", "bild", "inline image", "pastedgraphic",
    };

    private static readonly string[] Extensions = [".png", ".gif", ".jpg", ".jpeg", ".webp", ".bmp", ".svg", ".tif", ".tiff"];

    /// <summary>Null when there are none, or when they only name a file.</summary>
    public static string? Words(IElement picture)
    {
        var words = PlainText.OneLine(picture.GetAttribute("alt") is { Length: > 0 } alt ? alt : picture.GetAttribute("title") ?? "", MaxWords);
        return words.Length == 0 || Empty.Contains(words) || Extensions.Any(extension => words.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
            ? null
            : words;
    }
}
