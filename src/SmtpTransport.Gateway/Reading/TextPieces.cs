using SmtpTransport.Gateway.Text;

namespace SmtpTransport.Gateway.Reading;

/// <summary>Cuts a long text into messages that every server takes, at sensible places.</summary>
internal static class TextPieces
{
    /// <summary>Octets of one body as written to the stream. Servers take stanzas of 256 KiB, we promise 200.</summary>
    public const int MaxOctets = 64 * 1024;

    public const int MaxPieces = 10;

    /// <summary>Of one UTF-16 unit: an escaped ampersand.</summary>
    private const int MostOctets = 5;

    /// <summary>The pieces, and how many characters did not fit.</summary>
    public static (List<string> Pieces, int Cut) Of(string text, int maxPieces = MaxPieces)
    {
        var pieces = new List<string>();
        var start = 0;
        while (start < text.Length && pieces.Count < maxPieces)
        {
            var end = EndOf(text, start);
            pieces.Add(text[start..end].TrimEnd());
            start = end;
            while (start < text.Length && char.IsWhiteSpace(text[start]))
            {
                start++;
            }
        }

        return (pieces, text.Length - start);
    }

    private static int EndOf(string text, int start)
    {
        // Most texts are far below the limit: no need to count.
        if (text.Length - start <= MaxOctets / MostOctets)
        {
            return text.Length;
        }

        var limit = start;
        for (var octets = 0; limit < text.Length; limit++)
        {
            octets += Octets(text[limit]);
            if (octets > MaxOctets)
            {
                break;
            }
        }

        if (limit == text.Length)
        {
            return limit;
        }

        // The last paragraph, line, sentence or word that ends in the later half.
        var half = start + ((limit - start) / 2);
        foreach (var end in (ReadOnlySpan<string>)["\n\n", "\n", ". ", " "])
        {
            if (text.LastIndexOf(end, limit - 1, limit - half, StringComparison.Ordinal) is var found and > 0)
            {
                return found + end.Length;
            }
        }

        return PlainText.CutBefore(text, start, limit);
    }

    /// <summary>UTF-8 with XML's escapes; a surrogate is half of a character of four octets.</summary>
    private static int Octets(char c) => c switch
    {
        '&' => MostOctets,
        '<' or '>' => 4,
        < '\u0080' => 1,
        < '\u0800' => 2,
        _ => char.IsSurrogate(c) ? 2 : 3,
    };
}
