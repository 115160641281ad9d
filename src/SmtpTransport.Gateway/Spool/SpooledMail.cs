using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Spool;

/// <summary>A mail from SMTP on its way into the spool: envelope and, beside it, the bytes as received.</summary>
/// <param name="Id">Stands in every log line and in the 250.</param>
/// <param name="Trace">Our own Received line, kept apart so that the bytes stay as they came.</param>
public sealed record AcceptedMail(string Id, Envelope Envelope, string MessageId, string Trace, DateTimeOffset ReceivedAt)
{
    /// <summary>One for each XMPP user, however many addresses lead there.</summary>
    public required IReadOnlyList<MailTarget> Targets { get; init; }

    /// <summary>What its readers are told of it, a line for each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public MailAuthentication Authentication { get; init; } = MailAuthentication.None;

    /// <summary>Its sender may be told what becomes of it.</summary>
    public bool MayReport { get; init; }

    /// <summary>Of the mail as a whole; null when it need not be known again.</summary>
    public MailFingerprint? Fingerprint { get; init; }
}

/// <param name="Reply">In SMTP's words.</param>
public sealed record RefusedRecipient(EnvelopeRecipient Recipient, string Reply)
{
    /// <summary>By which a sender's retry is known, so that it is told once.</summary>
    public MailFingerprint? Fingerprint { get; init; }
}

/// <param name="RecipientId">Of the spool, chosen by <see cref="SpoolId"/>.</param>
/// <param name="Recipient">The RCPT that led here; the first one when several did.</param>
public sealed record MailTarget(long RecipientId, EnvelopeRecipient Recipient, Jid User, MailFingerprint Fingerprint);

/// <summary>A message from a user on its way into the spool, to be composed into a mail when it is due.</summary>
/// <param name="From">The user's mail address.</param>
/// <param name="Recipients">At least one.</param>
public sealed record AcceptedDraft(string Id, EmailAddress From, IReadOnlyList<DraftRecipient> Recipients, DraftLine Line, DateTimeOffset DueAt, DateTimeOffset ReceivedAt)
{
    /// <summary>What it adds to the day's counts, in the same transaction.</summary>
    public IReadOnlyList<DayCharge> Charges { get; init; } = [];

    /// <summary>The id of the message that the line takes the place of (XEP-0308); null when it is a new one.</summary>
    public string? Corrects { get; init; }

    public bool IsHeld => DueAt > ReceivedAt;
}

/// <summary>A user takes a message back (XEP-0424).</summary>
/// <param name="User">Bare.</param>
/// <param name="Addressed">The JID that it was sent to.</param>
/// <param name="Contact">The mailbox behind that, however it is spelled; null for the gateway itself.</param>
public sealed record TakenBack(Jid User, Jid Addressed, EmailAddress? Contact, string StanzaId);

/// <summary>Work taken from the spool under a lease: recipients of one mail that are due.</summary>
public sealed record ClaimedMail(string Id, MailDirection Direction, DateTimeOffset ReceivedAt)
{
    public required string MessageId { get; init; }

    /// <summary>Null for <c>&lt;&gt;</c>.</summary>
    public required EmailAddress? ReversePath { get; init; }

    /// <summary>Null while the draft has not been composed.</summary>
    public required long? BodyId { get; init; }

    public required IReadOnlyList<ClaimedRecipient> Recipients { get; init; }

    /// <summary>Mail to chat: what its readers are told of it, a line for each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Of a mail from SMTP.</summary>
    public MailAuthentication Authentication { get; init; } = MailAuthentication.None;

    /// <summary>Of a mail from SMTP: its sender may be told what becomes of it.</summary>
    public bool MayReport { get; init; }

    /// <summary>REQUIRETLS (RFC 8689).</summary>
    public bool RequireTls { get; init; }

    /// <summary>Domain of the next hop; or see <see cref="FetchQueue"/>.</summary>
    public string Destination => Recipients[0].Destination;
}

/// <param name="User">Mail to chat: whom it is for. Chat to mail: default.</param>
/// <param name="Attempts">Including the one that this claim is for.</param>
/// <param name="FailingSince">When the first attempt failed; null before that.</param>
public sealed record ClaimedRecipient(long Id, EmailAddress Address, Jid User, int Attempts, DateTimeOffset? FailingSince)
{
    /// <summary>What it waits for.</summary>
    public string Destination { get; init; } = "";

    /// <summary>Mail to chat: what the stanza ids are made of.</summary>
    public MailFingerprint? Fingerprint { get; init; }

    /// <summary>Chat to mail.</summary>
    public RecipientRole Role { get; init; }

    /// <summary>Mail to chat: as in <see cref="MailPart"/>.</summary>
    public int Part { get; init; }

    /// <summary>An operator has stopped it: what is left to do is to say so.</summary>
    public bool IsGivenUp { get; init; }
}

/// <summary>What an attempt came to, for one recipient, as the spool records it.</summary>
public abstract record Settlement(long RecipientId)
{
    /// <summary>With the XMPP server; the copy is kept until it is safe there (design §3).</summary>
    /// <param name="At">When the server said so.</param>
    public sealed record Taken(long RecipientId, DateTimeOffset At, DateTimeOffset KeepUntil, string ContactName, IReadOnlyList<Correspondence> Sent)
        : Settlement(RecipientId)
    {
        /// <summary>So long the envelope is kept for a report on a refusal that comes late; null: nobody is told.</summary>
        public DateTimeOffset? ReportUntil { get; init; }

        /// <summary>Its author has shown to understand reactions (RFC 9078).</summary>
        public EmailAddress? Reacting { get; init; }

        /// <summary>The web addresses that its messages carry: good from now on.</summary>
        public IReadOnlyList<MailLink> Links { get; init; } = [];

        /// <summary>Files that follow as messages of their own: due from now on, if the mail is taken for the first time.</summary>
        public IReadOnlyList<FollowingPart> Parts { get; init; } = [];
    }

    /// <summary>The next mail server has it.</summary>
    /// <param name="By">Its name and its words, for the history.</param>
    public sealed record Delivered(long RecipientId, string By = "") : Settlement(RecipientId);

    /// <summary>Given up, and its author told: only the history shows it.</summary>
    public sealed record Told(long RecipientId, string Why = "") : Settlement(RecipientId);

    public sealed record Deferred(long RecipientId, DateTimeOffset DueAt, DateTimeOffset FailingSince, string Why) : Settlement(RecipientId);

    /// <summary>Given up after we had taken responsibility: kept for <c>queue show</c>, without the body.</summary>
    public sealed record Failed(long RecipientId, DateTimeOffset KeepUntil, string Why) : Settlement(RecipientId)
    {
        /// <summary>Where its reader finds what does not come as a message; those keep the body.</summary>
        public IReadOnlyList<MailLink> Links { get; init; } = [];
    }

    /// <summary>Refused or withdrawn inside the SMTP session: as if it had never come.</summary>
    public sealed record Withdrawn(long RecipientId, string Why = "") : Settlement(RecipientId);

    /// <summary>Left to the worker, to be tried from <paramref name="DueAt"/> on; no effect on what has an outcome already.</summary>
    public sealed record Released(long RecipientId, DateTimeOffset DueAt) : Settlement(RecipientId);
}

/// <param name="RecipientId">Of the new row, chosen by <see cref="SpoolId"/>.</param>
/// <param name="Part">As in <see cref="MailPart"/>.</param>
public sealed record FollowingPart(long RecipientId, int Part);

/// <summary>One stanza that is one mail, for replies, threads and late errors.</summary>
/// <param name="Owner">The user, bare.</param>
/// <param name="Contact">The correspondent's mailbox.</param>
/// <param name="Own">The user wrote it.</param>
public sealed record Correspondence(
    Jid Owner,
    string StanzaId,
    string MailId,
    string MessageId,
    EmailAddress Contact,
    string Thread,
    string Subject,
    IReadOnlyList<string> References,
    bool Own,
    DateTimeOffset At)
{
    /// <summary>The sender's own, where a provider gave the mail another one on its way: answers may name either.</summary>
    public string? OriginalMessageId { get; init; }

    /// <summary>Which part of the mail it brought, as in <see cref="MailPart"/>.</summary>
    public int Part { get; init; }

    /// <summary>The keys of the mailboxes that have it, or wrote it, beside <see cref="Contact"/>.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>Who waits to hear that the mail was displayed (RFC 8098).</summary>
    public EmailAddress? ReceiptTo { get; init; }

    /// <summary>It came from this one, or went to this one, alone or among others.</summary>
    public bool IsWith(EmailAddress mailbox) => Contact.Key == mailbox.Key || (Own && Others.Contains(mailbox.Key));

    /// <summary>This one has it: neither its subject nor its being is a secret.</summary>
    public bool IsKnownTo(EmailAddress mailbox) => Contact.Key == mailbox.Key || Others.Contains(mailbox.Key);
}
