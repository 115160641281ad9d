using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace SmtpTransport.Mail.Delivery;

/// <summary>How mail leaves (configuration section <c>Delivery</c>).</summary>
public sealed record DeliveryOptions
{
    /// <summary>Our name in EHLO.</summary>
    public required string Hostname { get; init; }

    /// <summary>Null: by MX.</summary>
    public RelayOptions? Relay { get; init; }

    /// <summary>Port dialled at MX hosts.</summary>
    public int Port { get; init; } = 25;

    /// <summary>HTTPS of MTA-STS policy hosts (RFC 8461 §3.3).</summary>
    internal int StsPort { get; init; } = 443;

    /// <summary>Dial loopback and private MX addresses.</summary>
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>The addresses our own listener answers on: an MX that leads there is a loop (5.4.6).</summary>
    public IReadOnlyList<IPEndPoint> OwnEndpoints { get; init; } = [];

    /// <summary>Each mail is signed with all that are for the domain of its From.</summary>
    public IReadOnlyList<SigningKey> SigningKeys { get; init; } = [];

    /// <summary>How long a destination that asks for less is left alone, the first time, the second ...</summary>
    public IReadOnlyList<TimeSpan> SuspendFor { get; init; } = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15)];

    /// <summary>Trusted besides the system's.</summary>
    public X509Certificate2Collection TrustedCertificates { get; init; } = [];
}

/// <param name="ImplicitTls"><c>smtps://</c>: TLS from the first byte, certificate verified.</param>
/// <param name="User">With a password STARTTLS and a valid certificate are demanded.</param>
public sealed record RelayOptions(string Host, int Port, bool ImplicitTls, string? User, string? Password);
