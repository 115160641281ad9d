namespace SmtpTransport.Gateway.Spool;

/// <summary>One step in the life of a mail.</summary>
/// <param name="Recipient">Empty when it concerns the whole mail.</param>
/// <param name="Text">Who, where or why; at most a few hundred characters.</param>
public sealed record MailEvent(DateTimeOffset At, MailStep Step, string Recipient, string Text);

/// <summary>The numbers are kept in the database.</summary>
public enum MailStep
{
    /// <summary>On our disk.</summary>
    Accepted = 0,

    /// <summary>With the XMPP server, or with the next mail server.</summary>
    Delivered = 1,

    /// <summary>An attempt failed and will be repeated.</summary>
    Deferred = 2,

    /// <summary>Given up.</summary>
    Failed = 3,

    /// <summary>Refused inside the SMTP session.</summary>
    Refused = 4,

    /// <summary>An operator made it due.</summary>
    Retried = 5,

    /// <summary>An operator gave it up.</summary>
    Dropped = 6,

    /// <summary>Its sender is told.</summary>
    Reported = 7,

    /// <summary>A mail server further on sent it back, or told that it is late there.</summary>
    CameBack = 8,

    /// <summary>Its author took it back before it left.</summary>
    TakenBack = 9,
}
