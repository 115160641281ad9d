using Microsoft.Extensions.Logging;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>
/// Errors that come after the pong: from other servers, and from ejabberd when an online user has blocked the sender. Tried
/// again while that makes sense, else recorded for the operator.
/// </summary>
public sealed partial class LateErrors(
    ISpool spool, RetrySchedule schedule, Doorbells doorbells, GatewayMetrics metrics, TimeProvider time, ILogger<LateErrors> logger)
{
    /// <summary>An error right behind its pong may be read before the pong is on record: it is looked up again.</summary>
    private const int MaxLookups = 3;

    private const int MaxWaiting = 1000;

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private int waiting;

    public async Task RecordAsync(Stanza error)
    {
        if (error.Payload<StanzaError>() is not { } reason)
            return;
        var reply = FailureMap.ToReply(reason);
        var late = new LateError(
            error.From,
            error.Id,
            reply.ToString(),
            (attempts, receivedAt) => reply.IsTransient ? schedule.Next(attempts, receivedAt) : null,
            schedule.Now + MailSettling.KeepFailed)
        {
            ReadAt = schedule.Now,
        };
        if (!await TryRecordAsync(late, reply) && Volatile.Read(ref waiting) < MaxWaiting)
            _ = RecordAgainAsync(late, reply);
    }

    private async Task RecordAgainAsync(LateError late, SmtpReply reply)
    {
        Interlocked.Increment(ref waiting);
        try
        {
            for (var lookup = 0; lookup < MaxLookups; lookup++)
            {
                await Task.Delay(LookAgain, time);
                if (await TryRecordAsync(late, reply))
                    return;
            }
        }
        catch (Exception e)
        {
            LogLost(e, late.StanzaId, late.User.Bare);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    private async Task<bool> TryRecordAsync(LateError late, SmtpReply reply)
    {
        if (await spool.RecordLateErrorAsync(late) is not { } refusal)
            return false;
        LogLate(refusal.MailId, refusal.Sender, late.User.Bare, reply, (refusal.IsRetried, refusal.IsReported) switch
        {
            (true, _) => "it is tried again",
            (_, true) => "its sender is told",
            _ => "its sender is not verified, or it is too late to tell",
        });
        metrics.LateRefusal();
        if (refusal is { IsRetried: false, IsReported: false })
            metrics.Report(ReportResult.Withheld);
        doorbells.MailToChat.Ring();
        return true;
    }

    [LoggerMessage(LogLevel.Error, "A late refusal of stanza {StanzaId} by {User} could not be recorded")]
    private partial void LogLost(Exception e, string stanzaId, Jid user);

    [LoggerMessage(LogLevel.Warning, "Mail {MailId} from {Sender} to {User} was refused after it was taken: {Reply}; {Consequence}")]
    private partial void LogLate(string mailId, EmailAddress sender, Jid user, SmtpReply reply, string consequence);
}
