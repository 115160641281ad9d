using MimeKit;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>Composes the one mail that a draft becomes. Pure: Message-ID and Date are given, and never change afterwards.</summary>
public static class MailComposer
{
    /// <param name="lines">At least one, in the order in which they were written; several become paragraphs of one text.</param>
    public static MimeMessage Compose(IReadOnlyList<DraftLine> lines, ComposeContext context) => throw new NotImplementedException();
}

public sealed record ComposeContext
{
    public required EmailAddress From { get; init; }

    public required IReadOnlyList<EmailAddress> To { get; init; }

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

    /// <summary>Our host name, for the Received line that a gateway adds (RFC 5321 §3.7.2).</summary>
    public required string Hostname { get; init; }

    /// <summary>The mail id of the spool.</summary>
    public required string MailId { get; init; }

    public required DateTimeOffset Now { get; init; }
}
