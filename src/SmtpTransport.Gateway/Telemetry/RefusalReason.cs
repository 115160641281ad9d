namespace SmtpTransport.Gateway.Telemetry;

/// <summary>Why something was refused, for now or for good, or slowed down: the label <c>reason</c>.</summary>
public enum RefusalReason
{
    /// <summary>More mails a minute than one client address may bring.</summary>
    MailRate,
}
