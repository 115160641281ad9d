using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmtpTransport.Mail;

/// <summary>The domain of a mailbox in its one spelling: equal domains are equal strings.</summary>
public static class MailDomain
{
    private const string Ipv6Tag = "IPv6:";

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>Lower case; U-labels where both networks read them alike, else A-labels; literals in their shortest form.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out string? domain)
    {
        domain = null;
        if (string.IsNullOrEmpty(text))
            return false;
        if (text[0] == '[')
            return TryParseLiteral(text, out domain);
        if (!TryAscii(text, out var ascii) || !AreLabels(ascii))
            return false;
        domain = ascii.Contains("xn--", StringComparison.Ordinal) ? ToUnicode(ascii) : ascii;
        return true;
    }

    /// <summary>A parsed domain in A-labels, for DNS and for peers without SMTPUTF8.</summary>
    public static string ToAscii(string domain) => Ascii.IsValid(domain) ? domain : Idn.GetAscii(domain);

    /// <summary>
    /// Does what this domain vouches for hold for that one: itself, or one below it? Not the other way: without a policy nobody says where
    /// an organization ends. Both in one spelling.
    /// </summary>
    public static bool SpeaksFor(string domain, string subject) =>
        subject == domain || (domain.Contains('.', StringComparison.Ordinal) && subject.EndsWith("." + domain, StringComparison.Ordinal));

    private static bool TryAscii(string text, out string ascii)
    {
        ascii = text.ToLowerInvariant();
        if (Ascii.IsValid(ascii))
            return true;
        try
        {
            ascii = Idn.GetAscii(text).ToLowerInvariant();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    // RFC 5321 §4.1.2 sub-domain. A top-level label of digits alone (RFC 3696 §2: there is none) would read as an IP address.
    private static bool AreLabels(string ascii)
    {
        var digits = true;
        foreach (var range in ascii.AsSpan().Split('.'))
        {
            var label = ascii.AsSpan(range);
            if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-')
                return false;
            digits = true;
            foreach (var c in label)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                    return false;
                digits &= char.IsAsciiDigit(c);
            }
        }
        return !digits;
    }

    /// <summary>Each A-label as a U-label where it survives the way there and back.</summary>
    private static string ToUnicode(string ascii)
    {
        try
        {
            var unicode = string.Join('.', ascii.Split('.').Select(ToUnicodeLabel));
            return Idn.GetAscii(unicode) == ascii ? unicode : ascii;
        }
        catch (ArgumentException)
        {
            return ascii;
        }
    }

    private static string ToUnicodeLabel(string label)
    {
        if (!label.StartsWith("xn--", StringComparison.Ordinal))
            return label;
        var unicode = Idn.GetUnicode(label);
        return IsStable(unicode) ? unicode : label;
    }

    /// <summary>
    /// RFC 5892 lets four characters in that IDNA2003, and so the XMPP servers' nameprep, maps away: sharp s, final
    /// sigma, and the two joiners. Such labels, and symbols such as emoji, stay A-labels; so do those that mix alphabets whose letters look
    /// alike, as no honest name does (UTS #39 §5.1).
    /// </summary>
    private static bool IsStable(string label)
    {
        if (label.Select(AlphabetOf).Where(alphabet => alphabet is not null).Distinct().Count() > 1)
            return false;
        foreach (var rune in label.EnumerateRunes())
        {
            if (rune.Value is 'ß' or 'ς' || !(Rune.IsLetterOrDigit(rune) || rune.Value == '-' || IsMark(rune)))
                return false;
        }
        return label.Normalize(NormalizationForm.FormKC).ToLowerInvariant().Equals(label, StringComparison.Ordinal);
    }

    private static char? AlphabetOf(char c) => c switch
    {
        (>= 'a' and <= 'z') or (>= '\u00C0' and <= '\u02AF') or (>= '\u1E00' and <= '\u1EFF') => 'L',
        (>= '\u0370' and <= '\u03FF') or (>= '\u1F00' and <= '\u1FFF') => 'G',
        (>= '\u0400' and <= '\u052F') or (>= '\u1C80' and <= '\u1C8F') or (>= '\uA640' and <= '\uA69F') => 'C',
        >= '\u0530' and <= '\u058F' => 'A',
        _ => null,
    };

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    // RFC 5321 §4.1.3
    private static bool TryParseLiteral(string text, out string? domain)
    {
        domain = null;
        if (text[^1] != ']')
            return false;
        var inner = text[1..^1];
        if (inner.StartsWith(Ipv6Tag, StringComparison.OrdinalIgnoreCase))
        {
            inner = inner[Ipv6Tag.Length..];
            if (!inner.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.') || !TryAddress(inner, AddressFamily.InterNetworkV6, out var v6))
                return false;
            domain = $"[{Ipv6Tag}{v6}]";
            return true;
        }
        // IPAddress also reads "1.2.3" and "0x1": only the four plain numbers are a literal.
        if (!TryAddress(inner, AddressFamily.InterNetwork, out var v4) || v4.ToString() != inner)
            return false;
        domain = $"[{v4}]";
        return true;
    }

    private static bool TryAddress(string text, AddressFamily family, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(text, out address) && address.AddressFamily == family;
}
