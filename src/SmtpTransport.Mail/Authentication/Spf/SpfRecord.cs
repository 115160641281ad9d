using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SmtpTransport.Mail.Authentication.Spf;

/// <summary>A published policy, parsed (RFC 7208 §4.6.1).</summary>
/// <param name="Redirect">Where to go on when no directive matched.</param>
/// <param name="Explanation">Where the words for a fail are found.</param>
internal sealed record SpfRecord(IReadOnlyList<SpfDirective> Directives, MacroString? Redirect, MacroString? Explanation)
{
    private const string Version = "v=spf1";

    /// <summary>RFC 7208 §4.5: is this text of a domain a policy at all?</summary>
    public static bool IsPolicy(string text) =>
        text.StartsWith(Version, StringComparison.OrdinalIgnoreCase) && (text.Length == Version.Length || text[Version.Length] == ' ');

    /// <returns>Null and the term at fault when there is an error anywhere (RFC 7208 §4.6).</returns>
    public static (SpfRecord? Record, string? Fault) Parse(string policy)
    {
        var directives = new List<SpfDirective>();
        MacroString? redirect = null, explanation = null;
        foreach (var term in policy[Version.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var isSound = SplitModifier(term) switch
            {
                ("redirect", var value) => redirect is null && (redirect = MacroString.ParseDomain(value)) is not null,
                ("exp", var value) => explanation is null && (explanation = MacroString.ParseDomain(value)) is not null,
                (_, var value) => MacroString.ParseAny(value) is not null,
                null => Add(ParseDirective(term)),
            };
            if (!isSound)
                return (null, term);
        }

        return (new SpfRecord(directives, redirect, explanation), null);

        bool Add(SpfDirective? directive)
        {
            if (directive is not null)
                directives.Add(directive);
            return directive is not null;
        }
    }

    private static (string Name, string Value)? SplitModifier(string term)
    {
        var length = term.TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.').Count();
        return length < term.Length && term[length] == '=' && char.IsAsciiLetter(term[0])
            ? (term[..length].ToLowerInvariant(), term[(length + 1)..])
            : null;
    }

    private static SpfDirective? ParseDirective(string term)
    {
        var qualifier = term[0] switch
        {
            '-' => SpfResult.Fail,
            '~' => SpfResult.SoftFail,
            '?' => SpfResult.Neutral,
            _ => SpfResult.Pass,
        };
        var text = term[0] is '+' or '-' or '~' or '?' ? term[1..] : term;
        var end = text.IndexOfAny([':', '/']);
        var name = end < 0 ? text : text[..end];
        return ParseMechanism(name.ToLowerInvariant(), text[name.Length..]) is { } mechanism ? new SpfDirective(qualifier, mechanism) : null;
    }

    /// <param name="rest">With its leading colon or slash.</param>
    private static SpfMechanism? ParseMechanism(string name, string rest)
    {
        var argument = rest.StartsWith(':') ? rest[1..] : null;
        switch (name)
        {
            case "all":
                return rest.Length == 0 ? new SpfMechanism.All() : null;
            case "include":
                return ParseDomain(argument) is { } included ? new SpfMechanism.Include(included) : null;
            case "exists":
                return ParseDomain(argument) is { } asked ? new SpfMechanism.Exists(asked) : null;
            case "ptr" when rest.Length == 0:
                return new SpfMechanism.Ptr(null);
            case "ptr":
                return ParseDomain(argument) is { } parent ? new SpfMechanism.Ptr(parent) : null;
            case "ip4" when argument is not null:
                return ParseNetwork(argument, AddressFamily.InterNetwork);
            case "ip6" when argument is not null:
                return ParseNetwork(argument, AddressFamily.InterNetworkV6);
            case "a" or "mx":
                var (target, lengths) = SplitLengths(rest);
                var domain = target.StartsWith(':') ? MacroString.ParseDomain(target[1..]) : null;
                if (lengths is not var (length4, length6) || (target.Length > 0 && domain is null))
                    return null;
                return name == "a" ? new SpfMechanism.A(domain, length4, length6) : new SpfMechanism.Mx(domain, length4, length6);
            default:
                return null;
        }
    }

    private static MacroString? ParseDomain(string? text) => text is null ? null : MacroString.ParseDomain(text);

    private static SpfMechanism.Network? ParseNetwork(string text, AddressFamily family)
    {
        var slash = text.IndexOf('/');
        var address = slash < 0 ? text : text[..slash];
        var widest = family == AddressFamily.InterNetwork ? 32 : 128;
        // IPAddress also reads "1.2.3", "0x1", scopes and brackets.
        if (!address.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.')
            || !IPAddress.TryParse(address, out var parsed)
            || parsed.AddressFamily != family
            || (family == AddressFamily.InterNetwork && parsed.ToString() != address))
            return null;
        if (slash < 0)
            return new SpfMechanism.Network(parsed, widest);
        return ParseLength(text[(slash + 1)..], widest) is { } length ? new SpfMechanism.Network(parsed, length) : null;
    }

    /// <summary>RFC 7208 §5.3 <c>dual-cidr-length</c>, looked for at the end, since a domain-spec may hold slashes.</summary>
    private static (string Target, (int Length4, int Length6)? Lengths) SplitLengths(string rest)
    {
        var (length4, length6) = ((int?)32, (int?)128);
        var end = rest.LastIndexOf("//", StringComparison.Ordinal);
        if (end >= 0 && AreDigits(rest[(end + 2)..]))
        {
            length6 = ParseLength(rest[(end + 2)..], 128);
            rest = rest[..end];
        }

        end = rest.LastIndexOf('/');
        if (end >= 0 && AreDigits(rest[(end + 1)..]))
        {
            length4 = ParseLength(rest[(end + 1)..], 32);
            rest = rest[..end];
        }

        return (rest, length4 is { } four && length6 is { } six ? (four, six) : null);
    }

    private static bool AreDigits(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);

    // No leading zeros, as in ip4-network.
    private static int? ParseLength(string text, int widest) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
        && length <= widest
        && text == length.ToString(CultureInfo.InvariantCulture)
            ? length
            : null;
}

/// <param name="Qualifier">The result when the mechanism matches (RFC 7208 §4.6.2).</param>
internal sealed record SpfDirective(SpfResult Qualifier, SpfMechanism Mechanism);
