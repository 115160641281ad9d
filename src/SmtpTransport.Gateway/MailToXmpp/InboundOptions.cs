using System.Net;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Which clients may send us how much (configuration section <c>Inbound</c>).</summary>
public sealed record InboundOptions
{
    /// <summary>Transactions per client address (IPv6: per /64); beyond: 421.</summary>
    public int MailsPerMinute { get; init; } = 300;

    /// <summary>Skip limits and refusals. Nobody else is exempt, loopback included.</summary>
    public IReadOnlyList<IPNetwork> TrustedNetworks { get; init; } = [];
}
