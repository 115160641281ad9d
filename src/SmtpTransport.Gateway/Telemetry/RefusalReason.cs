namespace SmtpTransport.Gateway.Telemetry;

/// <summary>Why something was refused, for now or for good, or slowed down: the label <c>reason</c>.</summary>
public enum RefusalReason
{
    /// <summary>More mails a minute than one client address may bring.</summary>
    MailRate,

    /// <summary>More recipients a minute than one client address may name.</summary>
    RecipientRate,

    /// <summary>A DNS blocklist lists the client.</summary>
    Dnsbl,

    /// <summary>The spam filter refuses the mail.</summary>
    Spam,

    /// <summary>The spam filter wants to see the mail again later.</summary>
    SpamDeferred,

    /// <summary>More mails a minute than one author's domain may bring.</summary>
    DomainRate,

    /// <summary>A mail of a new sender waited before its reply.</summary>
    NewSenderDelay,

    /// <summary>So many new senders wait already that one more had to come back later.</summary>
    NewSenders,

    /// <summary>A user and a mailbox answer each other without end.</summary>
    PingPong,

    /// <summary>The owner of the author's domain asks for it.</summary>
    Dmarc,

    /// <summary>A mail of more parts or header fields than anyone would read.</summary>
    TooManyParts,

    /// <summary>A mail that we had sent came back to its author, or a message of ours to us.</summary>
    LoopMark,

    /// <summary>More messages of one user, or of one XMPP domain, than may go in an hour.</summary>
    SendingRate,

    /// <summary>More recipients of one user, or of one XMPP domain, than may be in a day.</summary>
    SendingQuota,
}
