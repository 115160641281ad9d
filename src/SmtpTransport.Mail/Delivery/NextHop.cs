using System.Net;

namespace SmtpTransport.Mail.Delivery;

/// <summary>One address to dial, and what is asked of TLS there.</summary>
internal sealed record NextHop(string Host, IPEndPoint EndPoint, TlsDemand Tls = TlsDemand.Opportunistic);

internal enum TlsDemand
{
    /// <summary>Taken when offered, whatever the certificate; else plain (RFC 7435 §3).</summary>
    Opportunistic,

    /// <summary>STARTTLS with a certificate that is valid for the host, or nothing.</summary>
    Verified,

    /// <summary>TLS from the first byte (RFC 8314 §3), with a valid certificate.</summary>
    Implicit,
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
