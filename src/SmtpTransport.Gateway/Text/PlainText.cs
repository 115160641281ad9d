using System.Buffers;
using System.Globalization;
using System.Text;

namespace SmtpTransport.Gateway.Text;

/// <summary>Text from strangers made fit for the other network.</summary>
public static class PlainText
{
    /// <summary>Everything that XML forbids, and what has to be looked at together with its neighbour.</summary>
    private static readonly SearchValues<char> Suspects = SearchValues.Create(
    [
        .. Enumerable.Range(0, 0xA0).Select(c => (char)c).Where(c => char.IsControl(c) && c is not ('\t' or '\n')),
        .. Enumerable.Range(0xD800, 0x800).Select(c => (char)c),
        '\uFFFE',
        '\uFFFF',
    ]);

    /// <summary>
    /// Only what XML 1.0 §2.2 allows: a forbidden character would end the stream for every user. Line ends become LF,
    /// other control characters go, a lone surrogate becomes U+FFFD.
    /// </summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        var rest = text.AsSpan();
        while (rest.IndexOfAny(Suspects) is var at and >= 0)
        {
            clean.Append(rest[..at]);
            var c = rest[at];
            var next = at + 1 < rest.Length ? rest[at + 1] : '\0';
            rest = rest[(at + 1)..];
            if (c == '\r')
            {
                clean.Append('\n');
                rest = next == '\n' ? rest[1..] : rest;
            }
            else if (char.IsSurrogatePair(c, next))
            {
                clean.Append(c).Append(next);
                rest = rest[1..];
            }
            else if (char.IsSurrogate(c))
            {
                clean.Append('\uFFFD');
            }
        }

        clean.Append(rest);
        return clean.ToString();
    }

    /// <summary>One line for a name, a subject or a reply: no line ends, no invisible characters that reorder what follows.</summary>
    public static string OneLine(string text, int maxLength)
    {
        var line = new StringBuilder(Math.Min(text.Length, maxLength));
        foreach (var c in Clean(Shorten(text, maxLength * 4)))
        {
            if (char.IsWhiteSpace(c))
            {
                if (line.Length > 0 && line[^1] != ' ')
                {
                    line.Append(' ');
                }
            }
            else if (!ReordersText(c))
            {
                line.Append(c);
            }
        }

        return Shorten(line.ToString().TrimEnd(), maxLength);
    }

    /// <summary>At most so many UTF-16 units, never cutting through a character as the reader sees it.</summary>
    public static string Shorten(string text, int maxLength)
    {
        if (text.Length <= maxLength)
        {
            return text;
        }

        return text[..CutBefore(text, 0, maxLength - 1)].TrimEnd() + "…";
    }

    /// <summary>The last boundary between two characters (grapheme clusters) at or before <paramref name="end"/>.</summary>
    public static int CutBefore(string text, int start, int end)
    {
        if (end >= text.Length)
        {
            return text.Length;
        }

        // A cluster may be of any length; one that fills all of a look-back this long is cut between code points.
        var from = Math.Max(start, end - 64);
        from -= from > start && char.IsLowSurrogate(text[from]) ? 1 : 0;
        var cut = from;
        while (cut < end && StringInfo.GetNextTextElementLength(text.AsSpan(cut)) is var length && cut + length <= end)
        {
            cut += length;
        }

        return cut > from ? cut : end - (char.IsLowSurrogate(text[end]) ? 1 : 0);
    }

    // Bidirectional embeddings, overrides and isolates (UAX 9): "gpj.exe" must not read "exe.jpg".
    private static bool ReordersText(char c) =>
        c is '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
