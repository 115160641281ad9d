using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Failures;

/// <summary>A mail that was taken and then could not be handed on, for some of its recipients: what its sender is told.</summary>
public sealed record FailedDelivery
{
    /// <summary>Its reverse path, where the report goes.</summary>
    public required EmailAddress Sender { get; init; }

    public required IReadOnlyList<FailedRecipient> Recipients { get; init; }

    /// <summary>RFC 5322 bytes as received: a new seekable stream at each call.</summary>
    public required Func<Stream> Original { get; init; }

    /// <summary>RET (RFC 3461 §4.3), or null.</summary>
    public string? Return { get; init; }

    /// <summary>ENVID (RFC 3461 §4.4), or null.</summary>
    public string? EnvelopeId { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Our domain: MAILER-DAEMON lives there.</summary>
    public required string Domain { get; init; }

    /// <summary>Our host name.</summary>
    public required string Hostname { get; init; }

    /// <summary>The report's own, without angle brackets.</summary>
    public required string MessageId { get; init; }

    public required DateTimeOffset Now { get; init; }
}

/// <param name="OriginalRecipient">ORCPT as <c>type;address</c>, or null.</param>
/// <param name="Error">The XMPP server's word.</param>
public sealed record FailedRecipient(EmailAddress Address, string? OriginalRecipient, StanzaError Error);
