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
public sealed partial class LateErrors(ISpool spool, RetrySchedule schedule, Doorbells doorbells, GatewayMetrics metrics, ILogger<LateErrors> logger)
{
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
            schedule.Now + MailSettling.KeepFailed);
        if (await spool.RecordLateErrorAsync(late) is not { } refusal)
            return;
        LogLate(refusal.MailId, refusal.Sender, error.From.Bare, reply, (refusal.IsRetried, refusal.IsReported) switch
        {
            (true, _) => "it is tried again",
            (_, true) => "its sender is told",
            _ => "its sender is not verified, or it is too late to tell",
        });
        metrics.LateRefusal();
        if (refusal is { IsRetried: false, IsReported: false })
            metrics.Report(ReportResult.Withheld);
        doorbells.MailToChat.Ring();
    }

    [LoggerMessage(LogLevel.Warning, "Mail {MailId} from {Sender} to {User} was refused after it was taken: {Reply}; {Consequence}")]
    private partial void LogLate(string mailId, EmailAddress sender, Jid user, SmtpReply reply, string consequence);
}
