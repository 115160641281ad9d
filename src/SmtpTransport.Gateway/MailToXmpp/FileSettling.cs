using Microsoft.Extensions.Logging;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Records what became of a file that follows a mail. Whoever sent the mail hears nothing of it; its reader does.</summary>
public sealed partial class FileSettling(MailSettling settling, RecipientPolicy policy, RetrySchedule schedule, FileMetrics metrics, ILogger<FileSettling> logger)
{
    /// <summary>By then its reader wonders: some minutes, with the usual schedule.</summary>
    private const int TellDelayAt = 3;

    /// <param name="page">Where a file is found that cannot come; null when nothing is published.</param>
    public Task RecordAsync(IncomingMail mail, ClaimedRecipient file, FileOutcome outcome, MailLink? page, CancellationToken cancellation)
    {
        var (settlement, notice) = Conclude(mail, file, outcome);
        if (notice is not null && page is not null && settlement is Settlement.Failed failed)
            settlement = failed with { Links = [page] };
        return settling.RecordAsync(mail.Id, [settlement], [], notice is null ? [] : [notice], cancellation);
    }

    private (Settlement Settlement, Stanza? Notice) Conclude(IncomingMail mail, ClaimedRecipient file, FileOutcome outcome)
    {
        switch (outcome)
        {
            case FileOutcome.Sent { Verdict: DeliveryVerdict.Refused refused } when FailureMap.ToReply(refused.Error) is var reply:
                // Who takes no file takes no word about it either.
                return reply.IsTransient ? Defer(mail, file, reply.ToString(), null, null) : Fail(mail, file, reply.ToString(), null);
            case FileOutcome.Sent sent:
                LogDelivered(mail.Id, sent.What, file.User, sent.IsOwnLink ? "own link" : "uploaded");
                metrics.Placed(sent.IsOwnLink ? FileResult.Linked : FileResult.Uploaded);
                return (new Settlement.Taken(file.Id, sent.At, schedule.Now + (policy.IsLocal(file.User) ? MailSettling.UnsafeTime : MailSettling.RemoteTime), "", [sent.Message]), null);
            case FileOutcome.Later later:
                return Defer(mail, file, new SmtpReply(451, "4.3.0", later.Why).ToString(), later.Delay, later.Failure);
            case FileOutcome.Refused refused:
                return Fail(mail, file, new SmtpReply(554, "5.3.0", refused.Why).ToString(), refused.Notice);
            default:
                throw new InvalidOperationException(outcome.ToString());
        }
    }

    private (Settlement Settlement, Stanza? Notice) Defer(IncomingMail mail, ClaimedRecipient file, string why, Stanza? delay, Stanza? failure)
    {
        if (schedule.Next(file.Attempts, mail.ReceivedAt) is not { } next)
            return Fail(mail, file, why, failure);
        LogDeferred(mail.Id, file.Part, file.User, why, next);
        metrics.Placed(FileResult.Deferred);
        return (new Settlement.Deferred(file.Id, next, file.FailingSince ?? schedule.Now, why), file.Attempts == TellDelayAt ? delay : null);
    }

    private (Settlement Settlement, Stanza? Notice) Fail(IncomingMail mail, ClaimedRecipient file, string why, Stanza? notice)
    {
        LogFailed(mail.Id, file.Part, file.User, why);
        metrics.Placed(FileResult.Failed);
        return (new Settlement.Failed(file.Id, schedule.Now + MailSettling.KeepFailed, why), notice);
    }

    [LoggerMessage(LogLevel.Information, "Mail {MailId}: {File} delivered to {User}, {Way}")]
    private partial void LogDelivered(string mailId, string file, Jid user, string way);

    [LoggerMessage(LogLevel.Information, "Mail {MailId}: file {Part} to {User} deferred: {Why}; next attempt {Next:u}")]
    private partial void LogDeferred(string mailId, int part, Jid user, string why, DateTimeOffset next);

    [LoggerMessage(LogLevel.Warning, "Mail {MailId}: file {Part} to {User} failed: {Why}; the user is told")]
    private partial void LogFailed(string mailId, int part, Jid user, string why);
}
