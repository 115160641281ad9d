using System.Net;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Host.Checks;

/// <summary>
/// As much of SPF (RFC 7208 §5) as an operator's own record usually has: ip4, ip6, a, mx, all. Other terms are taken to
/// allow, so that a check never cries wolf.
/// </summary>
internal static class SpfForm
{
    public static async Task<bool> ForbidsAsync(
        string record, string domain, IReadOnlyList<IPAddress> addresses, IDnsResolver dns, CancellationToken cancellation)
    {
        var terms = record.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..].Select(term => term.ToLowerInvariant()).ToList();
        if (!terms.TrueForAll(IsPlain))
            return false;
        foreach (var address in addresses)
            if (!await AllowsAsync(terms, domain, address, dns, cancellation))
                return true;
        return false;
    }

    /// <summary>With macros, includes, redirects or prefix lengths after a name nothing is decided here.</summary>
    private static bool IsPlain(string term)
    {
        var mechanism = term.TrimStart('+', '-', '~', '?');
        return mechanism is "all" or "a" or "mx"
            || mechanism.StartsWith("ip4:", StringComparison.Ordinal) || mechanism.StartsWith("ip6:", StringComparison.Ordinal);
    }

    private static async Task<bool> AllowsAsync(
        List<string> terms, string domain, IPAddress address, IDnsResolver dns, CancellationToken cancellation)
    {
        foreach (var term in terms)
            if (await MatchesAsync(term.TrimStart('+', '-', '~', '?'), domain, address, dns, cancellation))
                return term[0] is not ('-' or '~' or '?');
        return false;
    }

    private static async Task<bool> MatchesAsync(
        string mechanism, string domain, IPAddress address, IDnsResolver dns, CancellationToken cancellation)
    {
        // The MX record has a check of its own, whose cure makes this true.
        if (mechanism is "all" or "mx")
            return true;
        if (mechanism == "a")
            return (await dns.AddressesAsync(domain, cancellation)).Records.Contains(address);
        var network = mechanism["ip4:".Length..];
        return IPAddress.TryParse(network, out var single)
            ? single.Equals(address)
            : IPNetwork.TryParse(network, out var range) && range.Contains(address);
    }
}
