using System.Globalization;
using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;

namespace SmtpTransport.Gateway.Reading;

/// <summary>Pictures that a page brings along and draws as small as a word: the buttons and badges of signatures, which nobody calls files.</summary>
internal static class HtmlIcons
{
    /// <summary>Points of the screen, both ways.</summary>
    private const int MaxSide = 48;

    /// <summary>Their Content-IDs (RFC 2392).</summary>
    public static HashSet<string> Of(IEnumerable<string> pages)
    {
        HashSet<string> icons = new(StringComparer.OrdinalIgnoreCase), pictures = new(StringComparer.OrdinalIgnoreCase);
        foreach (var page in pages)
        {
            using var source = new TextSource(page);
            foreach (var picture in source.Tokenize(HtmlEntityProvider.Resolver).OfType<HtmlTagToken>().Where(tag => tag is { Type: HtmlTokenType.StartTag, Name: "img" }))
                if (picture.GetAttribute("src")?.Trim() is { } src && src.StartsWith("cid:", StringComparison.OrdinalIgnoreCase))
                    (IsSmall(picture, "width") && IsSmall(picture, "height") ? icons : pictures).Add(Uri.UnescapeDataString(src["cid:".Length..]));
        }

        icons.ExceptWith(pictures);
        return icons;
    }

    private static bool IsSmall(HtmlTagToken picture, string side) =>
        int.TryParse(picture.GetAttribute(side)?.Replace("px", "", StringComparison.OrdinalIgnoreCase).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var points) && points <= MaxSide;
}
