using System.Net;
using Microsoft.Extensions.Configuration;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Files;
using SmtpTransport.Gateway.Links;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Storage;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Dns;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Host.Configuration;

/// <summary>Everything the operator decided, checked: one options record for each feature, as that feature wants it.</summary>
internal sealed record GatewayConfiguration
{
    public required ComponentOptions Component { get; init; }

    public required VerdictOptions Verdict { get; init; }

    public required AddressOptions Addresses { get; init; }

    public required SmtpOptions Smtp { get; init; }

    public required Listeners Listen { get; init; }

    public required InboundOptions Inbound { get; init; }

    public required DeliveryOptions Delivery { get; init; }

    public required RetryOptions Retry { get; init; }

    public required SendingLimits Limits { get; init; }

    public required DnsOptions Dns { get; init; }

    public required StorageOptions Storage { get; init; }

    public required PublicLinkOptions Links { get; init; }

    public required FetchOptions Fetch { get; init; }

    public required FilesOptions Files { get; init; }

    /// <summary>As they were named, for <c>check</c>.</summary>
    public required IReadOnlyList<DkimKey> DkimKeys { get; init; }

    /// <summary>The standard .NET section under its own name, with the environment's keys over the file's.</summary>
    public required IConfiguration Logging { get; init; }

    /// <summary>What is allowed and most likely not meant, a line for each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>Our listeners.</summary>
/// <param name="Certificate">PEM files for STARTTLS; null without.</param>
internal sealed record Listeners(IReadOnlyList<IPEndPoint> Smtp, IPEndPoint Web, CertificatePair? Certificate)
{
    public IEnumerable<IPEndPoint> All => Smtp.Append(Web);
}

/// <param name="Chain">The certificate and the intermediates above it.</param>
/// <param name="Key">May be the same file.</param>
internal sealed record CertificatePair(string Chain, string Key);
