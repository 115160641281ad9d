using System.Xml.Linq;

namespace SmtpTransport.Gateway.Styling;

/// <summary>Words without styling: spaces stay, and web addresses can be followed.</summary>
internal static class PlainWords
{
    private const int MaxLink = 2000;

    public static IEnumerable<XNode> Read(string words)
    {
        var plain = 0;
        for (var at = Link(words, 0); at >= 0; at = Link(words, at + 1))
        {
            if (at < plain || LengthOfLink(words, at) is not (var length and > 0))
                continue;
            if (at > plain)
                yield return new XText(Spaced(words[plain..at]));
            var link = words.Substring(at, length);
            yield return new XElement("a", new XAttribute("href", link), link);
            plain = at + length;
        }

        if (plain < words.Length)
            yield return new XText(Spaced(words[plain..]));
    }

    /// <summary>HTML makes one space of several, and none of those at the start of a line.</summary>
    public static string Spaced(string text)
    {
        var spaced = text.Replace("\t", "    ", StringComparison.Ordinal).Replace("  ", "\u00A0 ", StringComparison.Ordinal);
        return spaced.StartsWith(' ') && text.Length > 1 && text[1] == ' ' ? "\u00A0" + spaced[1..] : spaced;
    }

    private static int Link(string words, int from) => from < words.Length ? words.IndexOf("http", from, StringComparison.OrdinalIgnoreCase) : -1;

    private static int LengthOfLink(string words, int start)
    {
        if (start > 0 && !char.IsWhiteSpace(words[start - 1]) && words[start - 1] is not ('(' or '<' or '"' or '['))
            return 0;
        var end = start;
        while (end < words.Length && end - start <= MaxLink && !char.IsWhiteSpace(words[end]) && words[end] is not ('<' or '>' or '"'))
            end++;
        if (end - start > MaxLink)
            return 0;

        // The sentence's, not the address's: its marks, and parentheses that were opened before it.
        var closed = words.AsSpan(start, end - start).Count(')') - words.AsSpan(start, end - start).Count('(');
        for (; end > start && (words[end - 1] is '.' or ',' or ';' or ':' or '!' or '?' or '\'' or ']' || (words[end - 1] == ')' && closed > 0)); end--)
            closed -= words[end - 1] == ')' ? 1 : 0;
        return Uri.TryCreate(words[start..end], UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0
            ? end - start
            : 0;
    }
}
