using System.Net;
using System.Net.Security;

namespace SmtpTransport.Mail.Smtp;

/// <summary>Limits and identity of the SMTP listener (configuration section <c>Smtp</c>).</summary>
public sealed record SmtpOptions
{
    /// <summary>Banner, EHLO and Received.</summary>
    public required string Hostname { get; init; }

    /// <summary>Octets, advertised by SIZE (RFC 1870).</summary>
    public long MaxMessageSize { get; init; } = 26_214_400;

    public int MaxConnections { get; init; } = 1000;

    public int MaxConnectionsPerAddress { get; init; } = 20;

    /// <summary>Of one client (IPv6: one /64) in all its sessions; 0 means no limit.</summary>
    public int CommandsPerMinute { get; init; }

    /// <summary>Silence of the client. RFC 5321 §4.5.3.2.7: at least 5 minutes.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>One whole message. RFC 5321 §4.5.3.2.6: 10 minutes.</summary>
    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Those who must begin with the PROXY protocol.</summary>
    public IReadOnlyList<IPNetwork> Proxies { get; init; } = [];

    /// <summary>Clients that no limit for each address binds.</summary>
    public IReadOnlyList<IPNetwork> TrustedNetworks { get; init; } = [];

    /// <summary>The certificate, with its intermediates, for the next STARTTLS; null means that STARTTLS is not offered.</summary>
    public Func<SslStreamCertificateContext?> Certificate { get; init; } = () => null;

    /// <summary>Is told of each 4xx and 5xx that is said.</summary>
    public Action<SmtpReply> Refused { get; init; } = _ => { };

    /// <summary>Where mails too large for memory lie, nameless, until they are taken or refused.</summary>
    public string TemporaryDirectory { get; init; } = Path.GetTempPath();
}
