using System.Text;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>A part of a text, counted in Unicode code points (XEP-0426).</summary>
/// <param name="End">The first code point that is no longer part of it.</param>
public readonly record struct TextRange(int Start, int End)
{
    public static readonly TextRange Whole = new(0, int.MaxValue);

    /// <summary>The text without the ranges, which may overlap and reach beyond its end.</summary>
    public static string Remove(string text, IReadOnlyCollection<TextRange> ranges) => Split(text, ranges).Outside;

    /// <summary>What is in none of the ranges, and what is in one.</summary>
    public static (string Outside, string Inside) Split(string text, IReadOnlyCollection<TextRange> ranges)
    {
        if (ranges.Count == 0)
            return (text, "");
        var starts = new Queue<TextRange>(ranges.OrderBy(range => range.Start));
        var (outside, inside) = (new StringBuilder(text.Length), new StringBuilder());
        var (index, removedUntil) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            while (starts.TryPeek(out var range) && range.Start <= index)
                removedUntil = Math.Max(removedUntil, starts.Dequeue().End);
            (index++ >= removedUntil ? outside : inside).Append(rune.ToString());
        }
        return (outside.ToString(), inside.ToString());
    }

    /// <summary>The range that the end of a text takes up.</summary>
    public static TextRange AtEnd(string text, string end)
    {
        var length = text.EnumerateRunes().Count();
        return new(length - end.EnumerateRunes().Count(), length);
    }

    /// <summary>The same range where other text comes first.</summary>
    public TextRange After(string beginning)
    {
        var length = Of(beginning).End;
        return new TextRange(Start + length, End + length);
    }

    /// <summary>The range that a beginning of some text takes up.</summary>
    public static TextRange Of(string beginning) => new(0, beginning.EnumerateRunes().Count());
}
