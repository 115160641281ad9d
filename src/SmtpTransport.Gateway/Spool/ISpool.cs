using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Spool;

/// <summary>
/// Where mail waits, in both directions. What a method has completed is on the disk. All work is taken under a lease, and
/// comes back when whoever holds it dies.
/// </summary>
public interface ISpool
{
    /// <summary>At the start of the one process that delivers: leases of the one before it end, its work is due at once.</summary>
    Task RecoverAsync();

    /// <summary>Enough room for a mail of this many octets.</summary>
    bool HasRoomFor(long octets);

    /// <summary>This very mail was taken for this recipient in the last 24 hours.</summary>
    bool IsTaken(MailFingerprint fingerprint);

    /// <summary>Takes responsibility for a mail. A recipient without an outcome is leased to the caller, who must settle it.</summary>
    /// <param name="outcomes">What became of recipients already: recorded in the same transaction.</param>
    /// <param name="refused">As in <see cref="SettleAsync"/>.</param>
    Task AcceptAsync(
        AcceptedMail mail, MessageContent content, IReadOnlyList<Settlement> outcomes, IReadOnlyList<RefusedRecipient> refused, CancellationToken cancellation);

    /// <summary>A line of its own mail, of one that is still held, or in place of an earlier line.</summary>
    /// <returns>The id of the mail that it went into.</returns>
    Task<string> AcceptAsync(AcceptedDraft draft);

    /// <summary>Removes a line that is still held, and with the last line the mail; the notice says so.</summary>
    /// <returns>False when the message has left.</returns>
    Task<bool> TakeBackAsync(TakenBack message);

    /// <summary>Leases what is due, the longest due first. Each mail comes with those of its recipients that are due.</summary>
    /// <param name="busy">Destinations that have enough for now.</param>
    Task<IReadOnlyList<ClaimedMail>> ClaimAsync(MailDirection direction, int limit, IReadOnlyList<string> busy);

    /// <summary>When the next item is due; null when nothing waits.</summary>
    DateTimeOffset? NextDue(MailDirection direction, IReadOnlyList<string> busy);

    /// <summary>The lines of a draft, in order.</summary>
    IReadOnlyList<DraftLine> ReadDraft(string mailId);

    /// <summary>Fixes what a draft has become. From now on every attempt sends these bytes, to the next hop.</summary>
    /// <param name="notices">Tell the user what became of the files.</param>
    Task StoreComposedAsync(
        string mailId, MessageContent content, string messageId, IReadOnlyList<Correspondence> correspondence, params IReadOnlyList<Stanza> notices);

    /// <summary>A seekable stream over a stored body; reads a chunk at a time.</summary>
    Stream OpenBody(long bodyId);

    /// <summary>Records outcomes, and with them, in the same transaction, the stanzas that tell the users.</summary>
    /// <param name="refused">Refused in a session that ends in 250: the sender is told by a report.</param>
    Task SettleAsync(string mailId, IReadOnlyList<Settlement> settlements, IReadOnlyList<Stanza> notices, params IReadOnlyList<RefusedRecipient> refused);

    /// <summary>The same for a mail of a user.</summary>
    /// <param name="receipts">Go out with the last of its recipients, if all of them have got it: whichever attempt they were reached in.</param>
    /// <returns>True when there is something to tell.</returns>
    Task<bool> SettleDraftAsync(string mailId, IReadOnlyList<Settlement> settlements, IReadOnlyList<NewNotice> notices, IReadOnlyList<Stanza> receipts);

    /// <summary>The link broke: what was taken after this moment may not be safe yet, and is sent again (design §3).</summary>
    Task ReopenTakenAsync(DateTimeOffset takenAfter);

    /// <summary>Mails that have been failing since before this time and whose senders have not been told; each comes once.</summary>
    Task<IReadOnlyList<DelayedMail>> FindDelayedAsync(DateTimeOffset failingBefore, int limit);

    /// <summary>Records that the sender knows, and with it the stanza that says so.</summary>
    Task TellDelayAsync(DelayedMail mail, Stanza notice);

    /// <summary>A message that the XMPP server refused after its pong: retried while we still have it, else recorded.</summary>
    /// <returns>Null when it concerns no mail of ours, or one whose refusal is known.</returns>
    Task<LateRefusal?> RecordLateErrorAsync(LateError error);

    /// <summary>Removes what has served its time: safe mails, old memories, orphan bodies. A bounded piece of work per call.</summary>
    /// <returns>True when more is left.</returns>
    Task<bool> SweepAsync();
}

/// <param name="Line">The last line of the mail, to answer to.</param>
public sealed record DelayedMail(string MailId, long RecipientId, string Address, string Why, DraftLine Line);

/// <param name="RetryAt">From the attempts made and the time of receipt: when to try again; null when the refusal is final.</param>
/// <param name="KeepUntil">How long a final one is shown.</param>
public sealed record LateError(Jid User, string StanzaId, string Why, Func<int, DateTimeOffset, DateTimeOffset?> RetryAt, DateTimeOffset KeepUntil)
{
    /// <summary>When it came: it says nothing of what was taken later.</summary>
    public DateTimeOffset ReadAt { get; init; } = DateTimeOffset.MaxValue;
}

/// <param name="IsRetried">The mail was still here and will be sent again.</param>
/// <param name="IsReported">Final, and the sender is told.</param>
public sealed record LateRefusal(string MailId, EmailAddress Sender, bool IsRetried, bool IsReported);
