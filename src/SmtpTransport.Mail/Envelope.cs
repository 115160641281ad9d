namespace SmtpTransport.Mail;

/// <summary>What SMTP knows of a mail beside its bytes (RFC 5321 §2.3.1), with the DSN wishes of RFC 3461.</summary>
/// <param name="ReversePath">Null for <c>&lt;&gt;</c>.</param>
public sealed record Envelope(EmailAddress? ReversePath, IReadOnlyList<EnvelopeRecipient> Recipients)
{
    public bool SmtpUtf8 { get; init; }

    /// <summary>REQUIRETLS (RFC 8689): only over authenticated TLS, all the way.</summary>
    public bool RequireTls { get; init; }

    /// <summary>The client speaks PRDR on this mail: one reply per recipient.</summary>
    public bool PerRecipientReplies { get; init; }

    /// <summary>RET (RFC 3461 §4.3): <c>FULL</c>, <c>HDRS</c> or null.</summary>
    public string? Return { get; init; }

    /// <summary>ENVID, decoded from xtext (RFC 3461 §4.4).</summary>
    public string? EnvelopeId { get; init; }
}

/// <param name="Notify">RFC 3461 §4.1; null when the client said nothing.</param>
/// <param name="OriginalRecipient">ORCPT as <c>type;address</c>, the address decoded from xtext; or null.</param>
public sealed record EnvelopeRecipient(EmailAddress Address, DsnNotify? Notify = null, string? OriginalRecipient = null);

[Flags]
public enum DsnNotify
{
    Never = 0,
    Success = 1,
    Failure = 2,
    Delay = 4,
}
