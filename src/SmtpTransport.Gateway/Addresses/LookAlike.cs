using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.Addresses;

/// <summary>
/// Domains that a hurried reader takes for another: letters of other scripts, digits for letters, one letter more or less, or the
/// other one in front of the end that counts.
/// </summary>
internal static class LookAlike
{
    // In a short name one letter is a different name, not a slip.
    private const int MinForSlips = 5;

    /// <summary>Letters that are drawn as another one (after UTS #39, the common ones), and pairs that run together.</summary>
    private static readonly FrozenDictionary<char, char> Drawn = new Dictionary<char, char>
    {
        ['а'] = 'a',
        ['ɑ'] = 'a',
        ['α'] = 'a',
        ['ь'] = 'b',
        ['с'] = 'c',
        ['ϲ'] = 'c',
        ['ԁ'] = 'd',
        ['е'] = 'e',
        ['ҽ'] = 'e',
        ['ɡ'] = 'g',
        ['һ'] = 'h',
        ['հ'] = 'h',
        ['і'] = 'i',
        ['ı'] = 'i',
        ['ι'] = 'i',
        ['ј'] = 'j',
        ['κ'] = 'k',
        ['к'] = 'k',
        ['ӏ'] = 'l',
        ['1'] = 'l',
        ['м'] = 'm',
        ['ո'] = 'n',
        ['п'] = 'n',
        ['η'] = 'n',
        ['о'] = 'o',
        ['ο'] = 'o',
        ['օ'] = 'o',
        ['0'] = 'o',
        ['σ'] = 'o',
        ['р'] = 'p',
        ['ρ'] = 'p',
        ['ԛ'] = 'q',
        ['г'] = 'r',
        ['ѕ'] = 's',
        ['5'] = 's',
        ['т'] = 't',
        ['τ'] = 't',
        ['ս'] = 'u',
        ['υ'] = 'u',
        ['ν'] = 'v',
        ['ѵ'] = 'v',
        ['ԝ'] = 'w',
        ['ω'] = 'w',
        ['х'] = 'x',
        ['χ'] = 'x',
        ['у'] = 'y',
        ['γ'] = 'y',
        ['ʏ'] = 'y',
        ['з'] = '3',
    }.ToFrozenDictionary();

    private static readonly IdnMapping Idn = new() { AllowUnassigned = true };

    private static readonly (string Pair, string Letter)[] Pairs = [("rn", "m"), ("vv", "w"), ("cl", "d")];

    /// <param name="domain">In its one spelling (<see cref="MailDomain"/>).</param>
    /// <param name="own">The same; what is below one of them is its owner's, however much it looks like another.</param>
    public static bool IsOfOne(string domain, IReadOnlyCollection<string> own) =>
        !own.Any(one => domain == one || domain.EndsWith("." + one, StringComparison.Ordinal)) && own.Any(one => IsOf(domain, one));

    private static bool IsOf(string domain, string own)
    {
        (domain, own) = (Readable(domain), Readable(own));
        var (seen, meant) = (Skeleton(domain), Skeleton(own));
        if (seen == meant || seen.EndsWith("." + meant, StringComparison.Ordinal))
            return true;
        // "example.org.evil.test": the end that counts may not even be on the screen.
        if (meant.Contains('.', StringComparison.Ordinal) && $".{seen}".Contains($".{meant}.", StringComparison.Ordinal))
            return true;
        var (labels, ownLabels) = (domain.Split('.'), own.Split('.'));
        // The same but for one label, and that only just.
        return labels.Length == ownLabels.Length
            && labels.Zip(ownLabels).Where(pair => pair.First != pair.Second).ToList() is [var (label, ownLabel)]
            && ownLabel.Length >= MinForSlips
            && IsOneSlip(label, ownLabel);
    }

    private static string Skeleton(string domain)
    {
        var drawn = new StringBuilder(domain.Length);
        foreach (var c in domain.Normalize(NormalizationForm.FormD))
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
                drawn.Append(Drawn.GetValueOrDefault(c, c));
        foreach (var (pair, letter) in Pairs)
            drawn.Replace(pair, letter);
        return drawn.Replace('i', 'l').ToString();
    }

    /// <summary>As it would be drawn: mail programs show U-labels.</summary>
    private static string Readable(string domain)
    {
        try
        {
            return domain.Contains("xn--", StringComparison.Ordinal) ? Idn.GetUnicode(domain) : domain;
        }
        catch (ArgumentException)
        {
            return domain;
        }
    }

    /// <summary>One character inserted, left out, replaced, or two neighbours swapped.</summary>
    private static bool IsOneSlip(string one, string other)
    {
        var (longer, shorter) = one.Length >= other.Length ? (one, other) : (other, one);
        if (longer.Length - shorter.Length > 1)
            return false;
        var start = 0;
        while (start < shorter.Length && longer[start] == shorter[start])
            start++;
        if (longer.Length > shorter.Length)
            return longer.AsSpan(start + 1).SequenceEqual(shorter.AsSpan(start));
        return longer.AsSpan(start + 1).SequenceEqual(shorter.AsSpan(start + 1))
            || (start + 1 < longer.Length
                && longer[start] == shorter[start + 1] && longer[start + 1] == shorter[start]
                && longer.AsSpan(start + 2).SequenceEqual(shorter.AsSpan(start + 2)));
    }
}
