using SmtpTransport.Gateway.Files;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>What the composition of one mail needs besides its text.</summary>
public sealed record ComposeContext
{
    public required EmailAddress From { get; init; }

    public required IReadOnlyList<EmailAddress> To { get; init; }

    public IReadOnlyList<EmailAddress> Cc { get; init; } = [];

    /// <summary>The user's bare JID, for Jabber-ID (RFC 7259).</summary>
    public required Jid User { get; init; }

    /// <summary>Without angle brackets.</summary>
    public required string MessageId { get; init; }

    /// <summary>The user's name, when known.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Subject of the conversation so far; a line's own subject wins.</summary>
    public string? ConversationSubject { get; init; }

    /// <summary>The mail that this one answers, with its own chain; null when it starts a thread.</summary>
    public string? InReplyTo { get; init; }

    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>Of the conversation.</summary>
    public string Thread { get; init; } = "";

    /// <summary>The reader's program is asked to tell when the mail was displayed (RFC 8098).</summary>
    public bool WantsReadReceipt { get; init; }

    /// <summary>Of the message that this one answers.</summary>
    internal Quotation? Quotation { get; init; }

    public IReadOnlyList<AttachedFile> Files { get; init; } = [];

    /// <summary>Our host name, for the Received line that a gateway adds (RFC 5321 §3.7.2).</summary>
    public required string Hostname { get; init; }

    /// <summary>The mail id of the spool.</summary>
    public required string MailId { get; init; }

    /// <summary>By which we know the mail if it comes back; null for none.</summary>
    public string? LoopMark { get; init; }

    public required DateTimeOffset Now { get; init; }
}
