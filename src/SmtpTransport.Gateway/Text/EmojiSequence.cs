using System.Globalization;
using System.Text;

namespace SmtpTransport.Gateway.Text;

/// <summary>Emoji as a reader counts them (UTS 51).</summary>
internal static class EmojiSequence
{
    private const int MaxOctets = 64;
    private const int MaxCount = 8;

    /// <summary>Emoji, with or without space between them; null when there is anything else, or too many of them. An empty text has none.</summary>
    public static IReadOnlyList<string>? Parse(string text)
    {
        var emojis = new List<string>();
        var elements = StringInfo.GetTextElementEnumerator(text.Trim());
        while (elements.MoveNext())
        {
            var element = elements.GetTextElement();
            if (string.IsNullOrWhiteSpace(element))
                continue;
            if (!IsEmoji(element) || emojis.Count == MaxCount)
                return null;
            if (!emojis.Contains(element))
                emojis.Add(element);
        }

        return emojis;
    }

    private static bool IsEmoji(string element)
    {
        if (Encoding.UTF8.GetByteCount(element) > MaxOctets)
            return false;
        var first = Rune.GetRuneAt(element, 0);
        if (Rune.GetUnicodeCategory(first) == UnicodeCategory.OtherSymbol)
            return true;

        // Characters that are text unless a variation selector makes them emoji: keycaps, arrows, some punctuation.
        return element.Contains('\uFE0F', StringComparison.Ordinal) || element.Contains('\u20E3', StringComparison.Ordinal);
    }
}
