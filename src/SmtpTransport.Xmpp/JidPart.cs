using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmtpTransport.Xmpp;

/// <summary>
/// Normalises the three parts of a JID as the servers do it. RFC 7622 asks for PRECIS, but Prosody and ejabberd apply the
/// stringprep profiles of RFC 6122 (full case folding, NFKC), and an address only works when both ends spell it alike.
/// </summary>
internal static class JidPart
{
    // RFC 7622 §3.1
    public const int MaxOctets = 1023;

    // RFC 7622 §3.3.1, and the space that every profile forbids there
    private static readonly SearchValues<char> LocalForbidden = SearchValues.Create("\"&'/:<>@ ");

    private static readonly SearchValues<char> PlainLocal =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789!#$%()*+,-.;=?[\\]^_`{|}~");

    private static readonly SearchValues<char> PlainDomain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    private static readonly SearchValues<char> DomainForbidden = SearchValues.Create("\"&'/:<>@ !#$%()*+,;=?[\\]^`{|}~");

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = false, AllowUnassigned = true };

    public static bool TryLocal(ReadOnlySpan<char> text, out string local)
    {
        local = "";
        if (text.IsEmpty)
            return false;
        if (!text.ContainsAnyExcept(PlainLocal))
            return Keep(text, out local);
        return TryPrepare(text, foldCase: true, out local) && !local.AsSpan().ContainsAny(LocalForbidden);
    }

    public static bool TryResource(ReadOnlySpan<char> text, out string resource)
    {
        resource = "";
        if (text.IsEmpty)
            return false;
        if (!text.ContainsAnyExceptInRange(' ', '~'))
            return Keep(text, out resource);
        return TryPrepare(text, foldCase: false, out resource);
    }

    public static bool TryDomain(ReadOnlySpan<char> text, out string domain)
    {
        domain = "";
        if (text is ['[', .. var literal, ']'])
            return IsIPv6(literal) && Keep(text, out domain);

        // RFC 7622 §3.2: a final dot is no part of the name.
        if (text is [.. var name, '.'])
            text = name;
        if (text.IsEmpty)
            return false;
        if (text.ContainsAnyExcept(PlainDomain) || text.Contains("xn--", StringComparison.Ordinal))
            return TryLabels(text, out domain);
        return HasNoEmptyLabel(text) && Keep(text, out domain);
    }

    private static bool TryLabels(ReadOnlySpan<char> text, out string domain)
    {
        domain = "";
        var labels = text.ToString().Split('.', '\u3002', '\uFF0E', '\uFF61');
        for (var i = 0; i < labels.Length; i++)
        {
            if (!TryPrepare(labels[i], foldCase: true, out labels[i]) || labels[i].AsSpan().ContainsAny(DomainForbidden))
                return false;
        }
        // IDNA asks for one direction in a label, both servers for one in the whole name.
        var readable = string.Join('.', labels.Select(ULabel));
        var prepared = BidiRule.IsSatisfied(readable) ? readable : string.Join('.', labels);
        return BidiRule.IsSatisfied(prepared) && Keep(prepared, out domain);
    }

    /// <summary>The readable form of an A-label, if the servers' case folding leaves it alone; else the label as it is.</summary>
    private static string ULabel(string label)
    {
        if (!label.StartsWith("xn--", StringComparison.Ordinal))
            return label;
        try
        {
            var readable = Idn.GetUnicode(label);
            return TryPrepare(readable, foldCase: true, out var folded) && folded == readable
                && Idn.GetAscii(readable) == label ? readable : label;
        }
        catch (ArgumentException)
        {
            return label;
        }
    }

    // RFC 3454 §2 to §6, with the exceptions that full case folding (table B.2) has over simple lower case.
    private static bool TryPrepare(ReadOnlySpan<char> text, bool foldCase, out string prepared)
    {
        prepared = "";
        var folded = new StringBuilder(text.Length);
        string decomposed;
        try
        {
            decomposed = text.ToString().Normalize(foldCase ? NormalizationForm.FormKD : NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return false; // a lone surrogate or a noncharacter
        }
        foreach (var rune in decomposed.EnumerateRunes())
        {
            if (IsMappedToNothing(rune.Value))
                continue;
            var lower = foldCase ? Rune.ToLowerInvariant(rune) : rune;
            _ = (foldCase ? lower.Value : 0) switch
            {
                'ß' => folded.Append("ss"),
                'ς' => folded.Append('σ'),
                0x345 => folded.Append('ι'), // combining iota below
                _ => folded.Append(lower.ToString()),
            };
        }
        var composed = folded.ToString().Normalize(NormalizationForm.FormKC);
        return composed.EnumerateRunes().All(IsAllowed) && BidiRule.IsSatisfied(composed) && Keep(composed, out prepared);
    }

    // RFC 3454 table B.1
    private static bool IsMappedToNothing(int code) =>
        code is 0xAD or 0x34F or 0x1806 or (>= 0x180B and <= 0x180D) or (>= 0x200B and <= 0x200D) or 0x2060
            or (>= 0xFE00 and <= 0xFE0F) or 0xFEFF;

    // RFC 3454 tables C.1.2 to C.9; Format also covers what later versions of Unicode added of that kind.
    private static bool IsAllowed(Rune rune) =>
        Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
            UnicodeCategory.SpaceSeparator => rune.Value == ' ',
            UnicodeCategory.OtherNotAssigned => (rune.Value & 0xFFFE) != 0xFFFE && rune.Value is < 0xFDD0 or > 0xFDEF,
            _ => rune.Value is not (>= 0xFFF9 and <= 0xFFFD or >= 0x2FF0 and <= 0x2FFB or 0x340 or 0x341),
        };

    private static bool IsIPv6(ReadOnlySpan<char> text) =>
        IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    private static bool HasNoEmptyLabel(ReadOnlySpan<char> text) =>
        text[0] != '.' && text[^1] != '.' && text.IndexOf("..", StringComparison.Ordinal) < 0;

    private static bool Keep(ReadOnlySpan<char> text, out string part)
    {
        part = Encoding.UTF8.GetByteCount(text) is > 0 and <= MaxOctets ? text.ToString() : "";
        return part.Length > 0;
    }
}
