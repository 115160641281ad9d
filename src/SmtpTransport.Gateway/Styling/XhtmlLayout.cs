using System.Xml.Linq;

namespace SmtpTransport.Gateway.Styling;

/// <summary>
/// Reads the layout that a client sent beside its text (XEP-0071 §7): a handful of elements that this class knows, anew; of all others
/// the text alone. No picture, no style, no attribute but the target of a link.
/// </summary>
internal sealed class XhtmlLayout
{
    private const int MaxDepth = 20;
    private const int MaxElements = 1000;
    private const int MaxCharacters = 64 * 1024;
    private const int MaxLink = 2000;

    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["p"] = "p",
        ["div"] = "div",
        ["blockquote"] = "blockquote",
        ["pre"] = "pre",
        ["address"] = "p",
        ["h1"] = "h1",
        ["h2"] = "h2",
        ["h3"] = "h3",
        ["h4"] = "h4",
        ["h5"] = "h5",
        ["h6"] = "h6",
        ["ul"] = "ul",
        ["ol"] = "ol",
        ["li"] = "li",
        ["strong"] = "strong",
        ["b"] = "strong",
        ["em"] = "em",
        ["i"] = "em",
        ["cite"] = "em",
        ["dfn"] = "em",
        ["var"] = "em",
        ["code"] = "code",
        ["kbd"] = "code",
        ["samp"] = "code",
        ["tt"] = "code",
        ["del"] = "del",
        ["s"] = "del",
        ["u"] = "u",
    };

    private int elements;
    private int characters;
    private bool isTooDeep;

    private XhtmlLayout()
    {
    }

    private bool IsTooMuch => isTooDeep || elements > MaxElements || characters > MaxCharacters;

    /// <summary>Null when there is no more in it than in the text, or too much of it.</summary>
    public static XElement? Read(XElement body)
    {
        var reader = new XhtmlLayout();
        var layout = new XElement("div", new XAttribute("dir", "auto"));
        reader.Copy(body, layout, 0);
        return !reader.IsTooMuch && layout.Descendants().Any(element => element.Name.LocalName is not ("p" or "div" or "br" or "blockquote")) ? layout : null;
    }

    private void Copy(XElement from, XElement to, int depth)
    {
        foreach (var node in from.Nodes())
        {
            isTooDeep |= depth > MaxDepth;
            if (IsTooMuch)
                return;
            if (node is XText text)
                Add(text.Value, to);
            else if (node is XElement element)
                Copy(element, element.Name.LocalName, to, depth);
        }
    }

    private void Copy(XElement element, string name, XElement to, int depth)
    {
        elements++;
        if (name == "br")
            to.Add(new XElement("br"));
        else if (name == "img")
            Add((string?)element.Attribute("alt") ?? "", to);
        else if (name is "script" or "style" or "title" or "head")
            return;
        else if (New(element, name) is { } known)
        {
            Copy(element, known, depth + 1);
            if (known.Nodes().Any())
                to.Add(known);
        }
        else
            Copy(element, to, depth + 1);
    }

    private void Add(string text, XElement to)
    {
        characters += text.Length;
        if (text.Length > 0)
            to.Add(new XText(text));
    }

    /// <summary>Null for what only its content is taken of.</summary>
    private static XElement? New(XElement element, string name) => name switch
    {
        "a" when Target(element) is { } target => new XElement("a", new XAttribute("href", target)),
        "span" => Style(element),
        _ => Known.TryGetValue(name, out var known) ? new XElement(known) : null,
    };

    private static string? Target(XElement link) =>
        (string?)link.Attribute("href") is { Length: <= MaxLink } target
        && Uri.TryCreate(target.Trim(), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "mailto" or "xmpp" or "tel"
            ? target.Trim()
            : null;

    /// <summary>What clients say by style where an element would do.</summary>
    private static XElement? Style(XElement span)
    {
        var style = ((string?)span.Attribute("style") ?? "").Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        return style.Contains("font-weight:bold", StringComparison.Ordinal) ? new XElement("strong")
            : style.Contains("font-style:italic", StringComparison.Ordinal) ? new XElement("em")
            : style.Contains("text-decoration:line-through", StringComparison.Ordinal) ? new XElement("del")
            : style.Contains("text-decoration:underline", StringComparison.Ordinal) ? new XElement("u")
            : null;
    }
}
