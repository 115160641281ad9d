using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;

namespace SmtpTransport.Gateway.Reading;

/// <summary>Whether a page shows what the same mail's plain text cannot: what mail programs make of a few typed lines does not.</summary>
internal static class HtmlLayout
{
    /// <summary>It has pictures or tables.</summary>
    public static bool IsMoreThanWords(string html)
    {
        using var source = new TextSource(html);
        return source.Tokenize(HtmlEntityProvider.Resolver).OfType<HtmlTagToken>()
            .Any(tag => tag.Type == HtmlTokenType.StartTag && (tag.Name == "table" || (tag.Name == "img" && !IsTrackingPixel(tag))));
    }

    private static bool IsTrackingPixel(HtmlTagToken image) => image.GetAttribute("width") is "0" or "1" || image.GetAttribute("height") is "0" or "1";
}
