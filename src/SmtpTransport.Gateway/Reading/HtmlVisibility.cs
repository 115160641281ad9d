using AngleSharp.Dom;

namespace SmtpTransport.Gateway.Reading;

/// <summary>What a mail program would not show: scripts, forms' insides, preview lines that hide from the reader.</summary>
internal static class HtmlVisibility
{
    private const int MaxLookedAt = 200;

    private static readonly HashSet<string> NeverRead =
    [
        "head", "title", "style", "script", "template", "iframe", "object", "embed", "svg", "math", "canvas", "audio", "video",
        "map", "select", "textarea", "datalist", "input", "frameset",
    ];

    // Of page builders, for the lines that only a list of mails is to show.
    private static readonly string[] Previews = ["preheader", "preview-text", "previewtext", "mcnpreviewtext", "preview_text", "hidden-preview"];

    public static bool IsShown(IElement element) =>
        !NeverRead.Contains(element.LocalName)
        && !element.HasAttribute("hidden")
        && !IsPreview(element.GetAttribute("class"))
        && !(element.LocalName == "img" && IsTrackingPixel(element))
        // What a form does is not for a text; some make the words of a link a button.
        && !(element.LocalName == "button" && element.Closest("a[href]") is null)
        && !IsHidden(element);

    private static bool IsPreview(string? classes) =>
        classes is { Length: > 0 and < 60 } && Previews.Any(name => classes.Contains(name, StringComparison.OrdinalIgnoreCase));

    private static bool IsTrackingPixel(IElement image) =>
        image.GetAttribute("width")?.Trim() is "0" or "1" || image.GetAttribute("height")?.Trim() is "0" or "1";

    /// <summary>An inline style that hides. A font size of 0 alone does not: page builders set it around visible text, and around pictures.</summary>
    private static bool IsHidden(IElement element)
    {
        var tiny = 0;
        foreach (var (property, value) in HtmlStyle.Of(element))
        {
            if (Hides(property, value))
                return true;
            tiny += IsTiny(property, value) ? 1 : 0;
        }

        return tiny > 1 && !element.Descendants<IElement>().Take(MaxLookedAt).Any(inner => inner.LocalName == "img");
    }

    private static bool Hides(string property, string value) => property switch
    {
        "display" => value == "none",
        "visibility" => value is "hidden" or "collapse",
        "mso-hide" => value == "all",
        "opacity" => value is "0" or "0.0",
        "max-height" => value is "0" or "0px",
        "text-indent" or "left" or "top" => value.StartsWith("-999", StringComparison.Ordinal),
        _ => false,
    };

    private static bool IsTiny(string property, string value) =>
        property is "font-size" or "line-height" or "height" or "width" or "max-width" && value is "0" or "0px" or "1px" or "0pt" or "0%";
}
