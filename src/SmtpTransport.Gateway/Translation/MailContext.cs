using SmtpTransport.Gateway.Accounts;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.Translation;

/// <summary>What the translation of one mail for one recipient needs besides the mail.</summary>
public sealed record MailContext
{
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(5);

    /// <summary>The contact JID that the messages come from.</summary>
    public required Jid Contact { get; init; }

    /// <summary>The user's bare JID.</summary>
    public required Jid User { get; init; }

    /// <summary>The stanza id of part n (from 0): the same for a sender's retry of the same mail.</summary>
    public required Func<int, string> StanzaId { get; init; }

    /// <summary>The JID by which the user knows a mailbox, its own included; null for one that has none.</summary>
    public required Func<EmailAddress, Jid?> JidOf { get; init; }

    /// <summary>What the user has asked for.</summary>
    public AccountPreferences Preferences { get; init; } = AccountPreferences.Default;

    /// <summary>The conversation's <c>&lt;thread/&gt;</c>.</summary>
    public required string Thread { get; init; }

    /// <summary>The stanza that this mail answers, when it is known.</summary>
    public ReplyTarget? ReplyTo { get; init; }

    /// <summary>The stanza that a read receipt or a reaction is about; null when it is not known, and the mail is then text as any other.</summary>
    public string? Concerned { get; init; }

    /// <summary>Who is told when the mail was displayed (RFC 8098), with the user's leave; null for nobody.</summary>
    public EmailAddress? ReceiptTo { get; init; }

    /// <summary>The mailing list that wants the answers itself: the contact is the list then, and the text names the author.</summary>
    public EmailAddress? List { get; init; }

    /// <summary>MAIL FROM was <c>&lt;&gt;</c>: a machine speaks, and nobody listens.</summary>
    public bool HasNullSender { get; init; }

    /// <summary>The last subject seen in this thread, without Re: and the like; null in a new thread.</summary>
    public string? PreviousSubject { get; init; }

    /// <summary>The user has never heard from this contact.</summary>
    public bool FirstContact { get; init; }

    /// <summary>What is known of the sender; null when nobody asked.</summary>
    public SenderNotice? Sender { get; init; }

    /// <summary>Lines that come before the text.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Where all of it can be seen, for messages that do not say all; null when nothing is published.</summary>
    public string? PageLink { get; init; }

    /// <summary>Files of the mail can be put where the user fetches them: they come as messages of their own.</summary>
    public bool FilesFollow { get; init; }

    /// <summary>Nobody knows yet whether there is a place for them: then the text names them all the same.</summary>
    public bool FilesMayStay { get; init; }

    /// <summary>When our MTA took it.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>Null while it is fresh. By our own receive time: the Date header is the sender's word (XEP-0203 §2).</summary>
    internal Delay? Lateness => Now - ReceivedAt < Late ? null : new Delay(ReceivedAt, new Jid("", Contact.Domain, ""));
}

/// <param name="To">Who had sent that stanza.</param>
public sealed record ReplyTarget(string StanzaId, Jid To);
