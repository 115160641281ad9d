using System.Net;

namespace SmtpTransport.Mail.Dns;

/// <summary>Which resolvers to ask (configuration section <c>Dns</c>).</summary>
public sealed record DnsOptions
{
    /// <summary>Empty: the system's.</summary>
    public IReadOnlyList<IPEndPoint> Servers { get; init; } = [];

    /// <summary>The path to the resolver is trusted: its AD bit counts.</summary>
    public bool TrustAd { get; init; }
}
