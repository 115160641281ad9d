using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.Failures;

/// <summary>A mail that was taken, and what its sender is told of it.</summary>
public sealed record ReportedMail
{
    /// <summary>Its reverse path, where the report goes.</summary>
    public required EmailAddress Sender { get; init; }

    public required IReadOnlyList<ReportedRecipient> Recipients { get; init; }

    /// <summary>RFC 5322 bytes as received: a new seekable stream at each call; empty when they are gone.</summary>
    public required Func<Stream> Original { get; init; }

    /// <summary>RET (RFC 3461 §4.3), or null.</summary>
    public string? Return { get; init; }

    /// <summary>ENVID (RFC 3461 §4.4), or null.</summary>
    public string? EnvelopeId { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Until then what is delayed is tried again.</summary>
    public required DateTimeOffset RetriedUntil { get; init; }

    /// <summary>Our domain: MAILER-DAEMON lives there.</summary>
    public required string Domain { get; init; }

    /// <summary>Our host name.</summary>
    public required string Hostname { get; init; }

    /// <summary>The report's own, without angle brackets.</summary>
    public required string MessageId { get; init; }

    public required DateTimeOffset Now { get; init; }
}
