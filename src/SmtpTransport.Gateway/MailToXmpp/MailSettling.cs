using Microsoft.Extensions.Logging;
using MimeKit;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Sends the copies of a mail while its session waits, and records what became of them.</summary>
public sealed partial class MailSettling(
    ISpool spool, StanzaDelivery delivery, RecipientPolicy policy, RetrySchedule schedule, GatewayMetrics metrics, ILogger<MailSettling> logger)
{
    /// <summary>ejabberd on Mnesia loses what it took in its last two seconds when it is killed (design §3).</summary>
    public static readonly TimeSpan UnsafeTime = TimeSpan.FromSeconds(3);

    /// <summary>Another server's refusal comes after the pong: so long the mail can still be sent again.</summary>
    private static readonly TimeSpan RemoteTime = TimeSpan.FromMinutes(2);

    /// <summary>How long <c>queue show</c> knows of a mail that was refused after our 250.</summary>
    public static readonly TimeSpan KeepFailed = TimeSpan.FromDays(7);

    public (PreparedMail Mail, Task<DeliveryVerdict> Sending) Start(
        MimeMessage mail, EmailAddress author, MailTarget target, string mailId, DateTimeOffset receivedAt, CancellationToken withdrawal)
    {
        var prepared = delivery.Prepare(mail, author, target.User, target.Fingerprint, mailId, receivedAt);
        return (prepared, delivery.SendAsync(prepared, withdrawal));
    }

    /// <summary>
    /// Records the fates. What was refused or withdrawn is off the disk when this returns, so that no crash brings it back;
    /// what was taken is recorded soon after, since its 250 need not wait for that.
    /// </summary>
    /// <param name="isWithdrawn">The session ends in 4xx: whatever is not taken is forgotten.</param>
    public async Task SettleAsync(string mailId, EmailAddress author, DateTimeOffset receivedAt, IReadOnlyList<MailWork> work, bool isWithdrawn)
    {
        var gone = new List<Settlement>();
        var kept = new List<Settlement>();
        foreach (var item in work)
        {
            switch (item.Fate)
            {
                case Fate.Taken:
                    kept.Add(Take(mailId, item.Target.RecipientId, item.Target.User, item.Prepared!));
                    break;
                case Fate.Spooled when !isWithdrawn && item.Sending is { } sending:
                    _ = SettleLaterAsync(mailId, author, receivedAt, item, sending);
                    break;
                case Fate.Spooled when !isWithdrawn:
                    kept.Add(new Settlement.Released(item.Target.RecipientId, schedule.Now));
                    break;
                default:
                    gone.Add(new Settlement.Withdrawn(item.Target.RecipientId, item.Target.Fingerprint));
                    break;
            }
        }

        if (gone.Count > 0)
            await spool.SettleAsync(mailId, [.. gone, .. kept], []);
        else if (kept.Count > 0)
            _ = RecordAsync(mailId, kept);
    }

    /// <summary>What a verdict means for a mail whose sender has had its 250.</summary>
    public Settlement Conclude(string mailId, EmailAddress author, ClaimedRecipient recipient, DateTimeOffset receivedAt, PreparedMail prepared, DeliveryVerdict verdict)
    {
        if (verdict is not DeliveryVerdict.Refused refused)
            return Take(mailId, recipient.Id, recipient.User, prepared);

        var reply = FailureMap.ToReply(refused.Error);
        if (reply.IsTransient && schedule.Next(recipient.Attempts, receivedAt) is { } next)
        {
            LogDeferred(mailId, recipient.User, reply, next);
            metrics.MailDeferred(MailDirection.MailToChat);
            return new Settlement.Deferred(recipient.Id, next, recipient.FailingSince ?? schedule.Now, reply.ToString());
        }

        // Nobody is told: every sender counts as unverified, and a report to a forged one is backscatter (RFC 3834 §2).
        LogFailed(mailId, author, recipient.User, reply);
        metrics.MailFailed(MailDirection.MailToChat);
        return new Settlement.Failed(recipient.Id, schedule.Now + KeepFailed, reply.ToString());
    }

    private Settlement.Taken Take(string mailId, long recipientId, Jid user, PreparedMail mail)
    {
        LogDelivered(mailId, user);
        metrics.MailDelivered(MailDirection.MailToChat);
        return new Settlement.Taken(recipientId, schedule.Now + (policy.IsLocal(user) ? UnsafeTime : RemoteTime), mail.ContactName, mail.Sent);
    }

    private async Task SettleLaterAsync(string mailId, EmailAddress author, DateTimeOffset receivedAt, MailWork item, Task<DeliveryVerdict> sending)
    {
        var recipient = new ClaimedRecipient(item.Target.RecipientId, item.Target.Recipient.Address, item.Target.User, 1, null);
        await RecordAsync(mailId, [Conclude(mailId, author, recipient, receivedAt, item.Prepared!, await sending)]);
    }

    private async Task RecordAsync(string mailId, IReadOnlyList<Settlement> settlements)
    {
        try
        {
            await spool.SettleAsync(mailId, settlements, []);
        }
        catch (Exception e)
        {
            // The lease ends, and the mail is sent again with the same stanza id: twice is better than never.
            LogNotRecorded(e, mailId);
        }
    }

    [LoggerMessage(LogLevel.Information, "Mail {MailId} delivered to {User}")]
    private partial void LogDelivered(string mailId, Jid user);

    [LoggerMessage(LogLevel.Information, "Mail {MailId} to {User} deferred: {Reply}; next attempt {Next:u}")]
    private partial void LogDeferred(string mailId, Jid user, SmtpReply reply, DateTimeOffset next);

    [LoggerMessage(LogLevel.Warning, "Mail {MailId} from {Author} to {User} failed after it was accepted: {Reply}; its sender is not verified and is not told")]
    private partial void LogFailed(string mailId, EmailAddress author, Jid user, SmtpReply reply);

    [LoggerMessage(LogLevel.Error, "What became of mail {MailId} could not be recorded")]
    private partial void LogNotRecorded(Exception e, string mailId);
}
