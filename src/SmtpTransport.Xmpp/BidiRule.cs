using System.Text;

namespace SmtpTransport.Xmpp;

/// <summary>
/// The rule for right-to-left text that both servers apply (RFC 3454 §6): a part with such letters holds no left-to-right
/// ones, and begins and ends with one of its own.
/// </summary>
internal static class BidiRule
{
    public static bool IsSatisfied(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', '\u0590') < 0)
            return true;
        var runes = text.EnumerateRunes().ToArray();
        if (!runes.Any(IsRightToLeft))
            return true;
        return IsRightToLeft(runes[0]) && IsRightToLeft(runes[^1])
            && !runes.Any(rune => Rune.IsLetter(rune) && !IsRightToLeft(rune));
    }

    // RFC 3454 table D.1, by blocks: marks and digits in them are neutral.
    private static bool IsRightToLeft(Rune rune) =>
        (Rune.IsLetter(rune) || Rune.IsPunctuation(rune))
        && rune.Value is >= 0x590 and <= 0x8FF or >= 0xFB1D and <= 0xFDFF or >= 0xFE70 and <= 0xFEFC;
}
