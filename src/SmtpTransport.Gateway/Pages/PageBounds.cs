using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using SmtpTransport.Gateway.Reading;

namespace SmtpTransport.Gateway.Pages;

/// <summary>
/// Makes a page small enough to be looked at closely: style sheets above all, whose sanitising takes time that grows with the
/// square of their length. Takes out what is never shown, with all that is in it.
/// </summary>
internal static class PageBounds
{
    /// <summary>Characters, of all style sheets of a page together.</summary>
    private const int MaxSheets = 64 * 1024;

    private const int MaxStyles = 4000;
    private const int MaxStyle = 4 * 1024;

    private static readonly HashSet<string> Never =
    [
        "script", "noscript", "template", "title", "iframe", "frame", "frameset", "noframes", "object", "embed", "applet", "svg", "math", "canvas",
        "audio", "video", "map", "select", "textarea", "button", "datalist", "input", "base", "meta", "link", "dialog", "portal",
    ];

    /// <summary>The inside of the page, and whether its end had to go.</summary>
    public static (string Html, bool IsCut) Of(string html)
    {
        var end = HtmlBounds.End(html);
        using var document = new HtmlParser(new HtmlParserOptions { SkipComments = true }).ParseDocument(html[..end]);
        var (sheets, styles) = (0, 0);
        foreach (var element in document.All.ToList())
        {
            if (Never.Contains(element.LocalName) || (element.LocalName == "style" && (sheets += element.TextContent.Length) > MaxSheets))
                element.Remove();
            else if (element.GetAttribute("style") is { } style && (++styles > MaxStyles || style.Length > MaxStyle))
                element.RemoveAttribute("style");
        }

        return (Inside(document), end < html.Length);
    }

    /// <summary>What the page says of its body holds for a block that takes its place.</summary>
    private static string Inside(IHtmlDocument document)
    {
        var block = document.CreateElement("div");
        foreach (var name in (string[])["style", "bgcolor", "class", "dir", "lang"])
            if (document.Body?.GetAttribute(name) is { } value)
                block.SetAttribute(name, value);
        if (document.Head is { } head)
            block.Append([.. head.QuerySelectorAll("style")]);
        if (document.Body is { } body)
            block.Append([.. body.ChildNodes]);
        return block.OuterHtml;
    }
}
