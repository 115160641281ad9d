using AngleSharp.Dom;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>What a mail program would not show: scripts, forms' insides, preview lines that hide from the reader.</summary>
internal static class HtmlVisibility
{
    private static readonly HashSet<string> NeverRead =
    [
        "head", "title", "style", "script", "template", "iframe", "object", "embed", "svg", "math", "canvas", "audio", "video",
        "map", "select", "textarea", "datalist", "input", "frameset",
    ];

    public static bool IsShown(IElement element) =>
        !NeverRead.Contains(element.LocalName)
        && !element.HasAttribute("hidden")
        && !IsPreheader(element.GetAttribute("class"))
        && !(element.LocalName == "img" && IsTrackingPixel(element))
        && !IsHidden(element.GetAttribute("style"));

    private static bool IsPreheader(string? classes) =>
        classes is not null && classes.Contains("preheader", StringComparison.OrdinalIgnoreCase)
        && classes.Length < 60;

    private static bool IsTrackingPixel(IElement image) =>
        image.GetAttribute("width")?.Trim() is "0" or "1" || image.GetAttribute("height")?.Trim() is "0" or "1";

    /// <summary>An inline style that hides. A font size of 0 alone does not: page builders set it around visible text.</summary>
    private static bool IsHidden(string? style)
    {
        if (string.IsNullOrEmpty(style))
        {
            return false;
        }

        foreach (var range in style.AsSpan().Split(';'))
        {
            var declaration = style.AsSpan(range);
            if (declaration.IndexOf(':') is var colon and > 0
                && Hides(declaration[..colon].Trim().ToString().ToLowerInvariant(), Value(declaration[(colon + 1)..])))
            {
                return true;
            }
        }

        return false;
    }

    private static string Value(ReadOnlySpan<char> value)
    {
        var end = value.IndexOf('!');
        return (end < 0 ? value : value[..end]).Trim().ToString().ToLowerInvariant();
    }

    private static bool Hides(string property, string value) => property switch
    {
        "display" => value == "none",
        "visibility" => value is "hidden" or "collapse",
        "mso-hide" => value == "all",
        "opacity" => value is "0" or "0.0",
        "max-height" => value is "0" or "0px",
        _ => false,
    };
}
