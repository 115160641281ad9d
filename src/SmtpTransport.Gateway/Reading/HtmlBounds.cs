using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;

namespace SmtpTransport.Gateway.Reading;

/// <summary>
/// Keeps a page small enough to build: a parser looks through all open elements for many a tag, so that a few hundred
/// kilobytes of nothing but opening tags would keep it busy for minutes.
/// </summary>
internal static class HtmlBounds
{
    private const int MaxTags = 100_000;
    private const int MaxOpen = 400;

    /// <summary>Where the page has to end: its length, for any page that a person would send.</summary>
    public static int End(string html)
    {
        using var source = new TextSource(html);
        var (tags, open) = (0, 0);
        foreach (var token in source.Tokenize(HtmlEntityProvider.Resolver))
        {
            if (token.Type == HtmlTokenType.StartTag)
            {
                tags++;
                open += IsClosedByOthers(token.Name) || ((HtmlTagToken)token).IsSelfClosing ? 0 : 1;
            }
            else if (token.Type == HtmlTokenType.EndTag)
            {
                open -= open > 0 && !IsClosedByOthers(token.Name) ? 1 : 0;
            }

            if (tags > MaxTags || open > MaxOpen)
            {
                return Math.Max(0, token.Position.Index - 1);
            }
        }

        return html.Length;
    }

    /// <summary>Elements that need no end tag, so that counting them would add up to nothing.</summary>
    private static bool IsClosedByOthers(string name) => name is "p" or "li" or "td" or "th" or "tr" or "tbody" or "thead"
        or "tfoot" or "dt" or "dd" or "option" or "html" or "head" or "body" or "br" or "hr" or "img" or "meta" or "link"
        or "input" or "col" or "area" or "base" or "wbr" or "source" or "embed";
}
