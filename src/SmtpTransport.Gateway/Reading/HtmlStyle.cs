using AngleSharp.Dom;

namespace SmtpTransport.Gateway.Reading;

/// <summary>An element's own style, declaration by declaration, in lower case.</summary>
internal static class HtmlStyle
{
    private const int MaxLength = 4000;

    public static IEnumerable<(string Property, string Value)> Of(IElement element)
    {
        if (element.GetAttribute("style") is not { Length: > 0 and <= MaxLength } style)
            yield break;
        foreach (var declaration in style.Split(';'))
            if (declaration.IndexOf(':') is var colon and > 0)
                yield return (declaration[..colon].Trim().ToLowerInvariant(), Value(declaration[(colon + 1)..]));
    }

    private static string Value(string value)
    {
        var end = value.IndexOf('!');
        return (end < 0 ? value : value[..end]).Trim().ToLowerInvariant();
    }
}
