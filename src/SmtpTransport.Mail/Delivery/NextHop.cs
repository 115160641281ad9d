using System.Net;

namespace SmtpTransport.Mail.Delivery;

/// <summary>One address to dial, and what is asked of TLS there.</summary>
internal sealed record NextHop(string Host, IPEndPoint EndPoint)
{
    /// <summary>For a relay the configuration decides; at an MX host it is found out just before it is dialled.</summary>
    public TlsPolicy Tls { get; init; } = TlsPolicy.Opportunistic.Instance;

    public bool IsRelay { get; init; }

    /// <summary>DNSSEC vouches for this being a mail host of the domain.</summary>
    public bool IsAuthentic { get; init; }

    /// <summary>What TLSA records may belong to, best first (RFC 7672 §2.2.2); none where DNSSEC does not vouch for all of the way.</summary>
    public IReadOnlyList<string> TlsaBases { get; init; } = [];
}

/// <summary>Where a mail can go, or what becomes of it because it cannot.</summary>
internal abstract record Route
{
    private Route()
    {
    }

    /// <param name="Hops">In the order to try; never empty.</param>
    internal sealed record Via(IReadOnlyList<NextHop> Hops) : Route;

    internal sealed record Nowhere(DeliveryOutcome Outcome) : Route;
}
