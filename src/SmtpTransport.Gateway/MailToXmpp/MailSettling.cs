using Microsoft.Extensions.Logging;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Records what became of the copies of a mail: when its session ends, and when a verdict comes later.</summary>
public sealed partial class MailSettling(
    ISpool spool,
    StanzaDelivery delivery,
    RecipientPolicy policy,
    RetrySchedule schedule,
    Doorbells doorbells,
    GatewayMetrics metrics,
    TimeProvider time,
    ILogger<MailSettling> logger)
{
    /// <summary>ejabberd on Mnesia loses what it took in its last two seconds when it is killed (design §3).</summary>
    public static readonly TimeSpan UnsafeTime = TimeSpan.FromSeconds(3);

    /// <summary>How long <c>queue show</c> knows of a mail that was refused after our 250.</summary>
    public static readonly TimeSpan KeepFailed = TimeSpan.FromDays(7);

    /// <summary>Another server's refusal comes after the pong: so long the mail can still be sent again, or its sender be told.</summary>
    public static readonly TimeSpan RemoteTime = TimeSpan.FromMinutes(10);

    /// <summary>So long a refusal that comes late is still reported: ours speaks at once, another server when its own queue gives up.</summary>
    private static readonly TimeSpan LocalMemory = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RemoteMemory = TimeSpan.FromDays(5);

    private static readonly TimeSpan RecordAgain = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Records the fates at the end of a session, before its reply: no crash after it brings back what was refused, and none
    /// shows a mail twice whose 250 was seen. The second commit is shared with those of other sessions.
    /// </summary>
    /// <param name="withdrawal">Ends what is still being sent; this disposes it.</param>
    /// <param name="isWithdrawn">The session ends in 4xx: whatever is not taken is forgotten.</param>
    /// <param name="refused">The session ends in 250 all the same: their sender is told by a report.</param>
    public async Task SettleAsync(
        IncomingMail mail, IReadOnlyList<MailWork> work, CancellationTokenSource withdrawal, bool isWithdrawn, IReadOnlyList<RefusedRecipient> refused)
    {
        var later = isWithdrawn ? [] : work.Where(item => item is { Fate: Fate.Spooled, Sending: not null }).ToList();
        var now = Outcomes(mail, [.. work.Except(later)], isWithdrawn);
        _ = SettleLaterAsync(mail, later, withdrawal);
        if (!await TryRecordAsync(mail.Id, now, refused, []))
            _ = RecordAsync(mail.Id, now, refused, []);
    }

    /// <summary>What became of each copy, as it is to be recorded.</summary>
    /// <param name="isWithdrawn">As above.</param>
    public IReadOnlyList<Settlement> Outcomes(IncomingMail mail, IReadOnlyList<MailWork> work, bool isWithdrawn) =>
        [.. work.Select(item => Settle(mail, item, isWithdrawn))];

    /// <summary>
    /// What is left to the worker is due now, and so are files that follow; and so is what was taken by a server whose link broke while that was being
    /// recorded: those who mark what is not safe came too early for it.
    /// </summary>
    public async Task RecordedAsync(IReadOnlyList<Settlement> outcomes)
    {
        var unsafeSince = outcomes.OfType<Settlement.Taken>().Select(taken => taken.At).Where(delivery.HasBrokenSince).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        if (unsafeSince < DateTimeOffset.MaxValue)
            await spool.ReopenTakenAsync(unsafeSince);
        if (unsafeSince < DateTimeOffset.MaxValue || outcomes.Any(outcome => outcome is Settlement.Released or Settlement.Taken { Parts.Count: > 0 }))
            doorbells.MailToChat.Ring();
    }

    /// <summary>What a verdict means for a mail whose sender has had its 250.</summary>
    public Settlement Conclude(IncomingMail mail, ClaimedRecipient recipient, StanzaOutcome outcome)
    {
        if (outcome.Verdict is not DeliveryVerdict.Refused refused)
            return Take(mail, recipient.Id, recipient.User, outcome);

        var reply = FailureMap.ToReply(refused.Error);
        if (reply.IsTransient && schedule.Next(recipient.Attempts, mail.ReceivedAt) is { } next)
        {
            LogDeferred(mail.Id, recipient.User, reply, next);
            metrics.MailDeferred(MailDirection.MailToChat);
            return new Settlement.Deferred(recipient.Id, next, recipient.FailingSince ?? schedule.Now, reply.ToString());
        }

        // Towards a sender that is not verified a report would be backscatter (RFC 3834 §2).
        LogFailed(mail.Id, mail.Author, recipient.User, reply, mail.MayReport ? "its sender is told" : "its sender is not verified and is not told");
        metrics.MailFailed(MailDirection.MailToChat);
        if (!mail.MayReport)
            metrics.Report(ReportResult.Withheld);
        return new Settlement.Failed(recipient.Id, schedule.Now + KeepFailed, reply.ToString());
    }

    private Settlement Settle(IncomingMail mail, MailWork item, bool isWithdrawn) => item.Fate switch
    {
        Fate.Taken => Take(mail, item.Target.RecipientId, item.Target.User, item.Sending!.Result),
        Fate.Spooled when !isWithdrawn => new Settlement.Released(item.Target.RecipientId, schedule.Now),
        Fate.Refused refused => new Settlement.Withdrawn(item.Target.RecipientId, refused.Reply.ToString()),
        _ => new Settlement.Withdrawn(item.Target.RecipientId, "the sender comes again"),
    };

    private Settlement Take(IncomingMail mail, long recipientId, Jid user, StanzaOutcome outcome)
    {
        // Its word came, and then the link broke: not safe, and too late to be marked by those who mark what is not.
        if (delivery.HasBrokenSince(outcome.At))
            return new Settlement.Released(recipientId, schedule.Now);
        LogDelivered(mail.Id, user);
        metrics.MailDelivered(MailDirection.MailToChat);
        var isLocal = policy.IsLocal(user);
        return new Settlement.Taken(recipientId, outcome.At, schedule.Now + (isLocal ? UnsafeTime : RemoteTime), outcome.ContactName, outcome.Sent)
        {
            ReportUntil = mail.MayReport ? schedule.Now + (isLocal ? LocalMemory : RemoteMemory) : null,
            Reacting = outcome.Reacting,
            Links = outcome.Links,
            Parts = [.. outcome.Parts.Select(part => new FollowingPart(SpoolId.New(time), part))],
        };
    }

    private async Task SettleLaterAsync(IncomingMail mail, IReadOnlyList<MailWork> items, CancellationTokenSource withdrawal)
    {
        using (withdrawal)
            await Task.WhenAll(items.Select(item => SettleLaterAsync(mail, item.Target, item.Sending!)));
    }

    private async Task SettleLaterAsync(IncomingMail mail, MailTarget target, Task<StanzaOutcome> sending)
    {
        Settlement settlement;
        try
        {
            settlement = Conclude(mail, new ClaimedRecipient(target.RecipientId, target.Recipient.Address, target.User, 1, null), await sending);
        }
        catch (OperationCanceledException)
        {
            settlement = new Settlement.Released(target.RecipientId, schedule.Now);
        }

        await RecordAsync(mail.Id, [settlement], [], []);
    }

    /// <summary>Again and again until the lease ends; then the mail is sent once more, with the same id: twice is better than never.</summary>
    /// <param name="notices">For users, on their way from now on.</param>
    public async Task RecordAsync(
        string mailId,
        IReadOnlyList<Settlement> settlements,
        IReadOnlyList<RefusedRecipient> refused,
        IReadOnlyList<Stanza> notices,
        CancellationToken cancellation = default)
    {
        var end = time.Steady() + DeliveryWorker.LongestAttempt;
        while (!await TryRecordAsync(mailId, settlements, refused, notices) && time.Steady() < end)
            await Task.Delay(RecordAgain, time, cancellation);
    }

    private async Task<bool> TryRecordAsync(
        string mailId, IReadOnlyList<Settlement> settlements, IReadOnlyList<RefusedRecipient> refused, IReadOnlyList<Stanza> notices)
    {
        if (settlements.Count == 0 && refused.Count == 0)
            return true;
        try
        {
            await spool.SettleAsync(mailId, settlements, notices, refused);
            await RecordedAsync(settlements);
            if (notices.Count > 0)
                doorbells.Notices.Ring();
            return true;
        }
        catch (Exception e)
        {
            LogNotRecorded(e, mailId);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Information, "Mail {MailId} delivered to {User}")]
    private partial void LogDelivered(string mailId, Jid user);

    [LoggerMessage(LogLevel.Information, "Mail {MailId} to {User} deferred: {Reply}; next attempt {Next:u}")]
    private partial void LogDeferred(string mailId, Jid user, SmtpReply reply, DateTimeOffset next);

    [LoggerMessage(LogLevel.Warning, "Mail {MailId} from {Author} to {User} failed after it was accepted: {Reply}; {Consequence}")]
    private partial void LogFailed(string mailId, EmailAddress author, Jid user, SmtpReply reply, string consequence);

    [LoggerMessage(LogLevel.Error, "What became of mail {MailId} could not be recorded")]
    private partial void LogNotRecorded(Exception e, string mailId);
}
