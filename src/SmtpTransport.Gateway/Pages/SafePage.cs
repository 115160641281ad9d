using AngleSharp.Css.Dom;
using AngleSharp.Dom;
using Ganss.Xss;

namespace SmtpTransport.Gateway.Pages;

/// <summary>
/// A stranger's page, made harmless: no script, no form, no frame, nothing from elsewhere unless it is asked for. The frame
/// that shows it forbids all of that once more.
/// </summary>
internal sealed class SafePage
{
    /// <summary>Of links: who follows one is not named to its target, which cannot reach back.</summary>
    public const string Relation = "noopener noreferrer nofollow";

    private static readonly string[] Forms =
        ["form", "label", "fieldset", "legend", "option", "optgroup", "output", "keygen", "progress", "meter", "menu", "menuitem"];

    private static readonly string[] FormAttributes =
        ["action", "method", "enctype", "accept", "accept-charset", "name", "novalidate", "contenteditable", "accesskey", "tabindex", "draggable", "dropzone", "autosave", "usemap"];

    // What could cover the rest of the frame, or say what the mail does not.
    private static readonly string[] Properties = ["position", "z-index", "content", "cursor", "pointer-events", "all"];

    private static readonly string[] Targets = ["http:", "https:", "mailto:", "tel:", "xmpp:"];

    // Pictures that hold nothing but points: an SVG could hold anything.
    private static readonly string[] Embedded = ["data:image/png;base64,", "data:image/jpeg;base64,", "data:image/gif;base64,", "data:image/webp;base64,"];

    private readonly HtmlSanitizer sanitizer = new();
    private readonly Func<string, string?> pictureOf;
    private readonly bool withRemotePictures;

    /// <param name="pictureOf">Where the picture with this Content-ID is found; null when the mail has none.</param>
    /// <param name="withRemotePictures">The reader's program fetches them; we never do.</param>
    public SafePage(Func<string, string?> pictureOf, bool withRemotePictures)
    {
        (this.pictureOf, this.withRemotePictures) = (pictureOf, withRemotePictures);
        sanitizer.AllowedTags.ExceptWith(Forms);
        sanitizer.AllowedTags.Add("style");
        sanitizer.AllowedAttributes.ExceptWith(FormAttributes);
        sanitizer.AllowedAttributes.UnionWith(["class", "id"]);
        sanitizer.AllowedCssProperties.ExceptWith(Properties);
        sanitizer.AllowedAtRules.Add(CssRuleType.Media);
        sanitizer.AllowedSchemes.UnionWith(["mailto", "tel", "xmpp", "cid", "data"]);
        sanitizer.KeepChildNodes = true;
        sanitizer.FilterUrl += (_, found) => found.SanitizedUrl = Allowed(found.Tag?.LocalName ?? "", found.OriginalUrl.Trim());
    }

    /// <summary>A picture or a background would have to be fetched from elsewhere, and was left out.</summary>
    public bool HasRemotePictures { get; private set; }

    /// <summary>The end of a page is missing: it was too long, or too deep.</summary>
    public bool IsCut { get; private set; }

    public Markup Read(string html)
    {
        var (page, isCut) = PageBounds.Of(html);
        IsCut |= isCut;
        using var document = sanitizer.SanitizeDom(page);
        foreach (var link in document.QuerySelectorAll("a[href], area[href]"))
        {
            link.SetAttribute("target", "_blank");
            link.SetAttribute("rel", Relation);
        }

        return new Markup(document.Body?.InnerHtml ?? "");
    }

    private string? Allowed(string element, string target)
    {
        if (element is "a" or "area")
            return target.StartsWith('#') || Targets.Any(scheme => target.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) ? target : null;
        if (target.StartsWith("cid:", StringComparison.OrdinalIgnoreCase))
            return pictureOf(Uri.UnescapeDataString(target[4..]));
        if (Embedded.Any(picture => target.StartsWith(picture, StringComparison.OrdinalIgnoreCase)))
            return target;
        var isRemote = target.StartsWith("https:", StringComparison.OrdinalIgnoreCase) || target.StartsWith("http:", StringComparison.OrdinalIgnoreCase);
        HasRemotePictures |= isRemote && !withRemotePictures;
        return isRemote && withRemotePictures ? target : null;
    }
}
