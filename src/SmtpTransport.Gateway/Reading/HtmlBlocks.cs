using AngleSharp.Dom;

namespace SmtpTransport.Gateway.Reading;

/// <summary>How elements stand apart from what is around them.</summary>
internal static class HtmlBlocks
{
    /// <summary>0: runs with the text; 1: lines of its own; 2: a paragraph of its own.</summary>
    public static int BreakAround(IElement element) => element.LocalName switch
    {
        "p" => IsTight(element) ? 1 : 2,
        "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "dl" or "figure" or "fieldset" or "blockquote" => 2,
        "div" when HtmlStyle.Of(element).Any(declaration => declaration.Property == "border-top" && !declaration.Value.StartsWith("none", StringComparison.Ordinal)) => 2,
        "table" => element.ParentElement?.LocalName is "td" or "th" ? 1 : 2,
        "address" or "article" or "aside" or "body" or "caption" or "center" or "dd" or "details" or "div" or "dt"
            or "figcaption" or "footer" or "form" or "header" or "legend" or "li" or "main" or "nav" or "section" or "summary"
            or "td" or "th" or "tr" or "tbody" or "thead" or "tfoot" => 1,
        _ => 0,
    };

    /// <summary>The lines of its text are lines to be seen. Around blocks they are only the lines of the source, whatever the style says.</summary>
    public static bool KeepsItsLines(IElement element) =>
        element.LocalName == "pre"
        || (HtmlStyle.Of(element).Any(declaration => declaration is { Property: "white-space", Value: "pre" or "pre-wrap" or "pre-line" or "break-spaces" })
            && !element.Children.Any(child => BreakAround(child) > 0));

    /// <summary>Outlook and Word write every line as a paragraph without distance to the next.</summary>
    private static bool IsTight(IElement paragraph) =>
        paragraph.GetAttribute("class") is "MsoNormal" or "MsoPlainText" or "MsoListParagraph" or "p1" or "p2"
        || HtmlStyle.Of(paragraph).Any(declaration => declaration is { Property: "margin" or "margin-bottom", Value: "0" or "0px" or "0pt" or "0in" or "0cm" or "0in 0in 0.0001pt" or "0cm 0cm 0.0001pt" });
}
