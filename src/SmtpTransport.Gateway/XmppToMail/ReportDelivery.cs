using Microsoft.Extensions.Logging;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>What becomes of a report on its way: nobody is told of one that fails (RFC 5321 §6.1), and none is tried for long.</summary>
public sealed partial class ReportDelivery(RetrySchedule schedule, GatewayMetrics metrics, ILogger<ReportDelivery> logger)
{
    /// <summary>A day: whoever cannot take a report by then has other troubles.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(1);

    public Settlement Conclude(ClaimedMail report, ClaimedRecipient sender, DeliveryOutcome outcome)
    {
        switch (outcome)
        {
            case DeliveryOutcome.Delivered delivered:
                LogDelivered(report.Id, sender.Address, delivered.Host, delivered.Reply);
                metrics.Report(ReportResult.Delivered);
                return new Settlement.Delivered(sender.Id, $"by {delivered.Host}: {delivered.Reply}");
            case DeliveryOutcome.Deferred deferred when schedule.Next(sender.Attempts, report.ReceivedAt, GiveUpAfter) is { } next:
                LogDeferred(report.Id, sender.Address, deferred.Why, next);
                return new Settlement.Deferred(sender.Id, next, sender.FailingSince ?? schedule.Now, deferred.Why.ToString());
            case DeliveryOutcome.Deferred expired:
                return Drop(report, sender, FailureMap.Expired(expired.Why));
            case DeliveryOutcome.Failed failed:
                return Drop(report, sender, failed.Why);
            default:
                throw new InvalidOperationException($"No rule for {outcome}");
        }
    }

    private Settlement.Told Drop(ClaimedMail report, ClaimedRecipient sender, DeliveryFailure why)
    {
        LogDropped(report.Id, sender.Address, why);
        metrics.Report(ReportResult.Dropped);
        return new Settlement.Told(sender.Id, why.ToString());
    }

    [LoggerMessage(LogLevel.Information, "Mail {MailId}, a report, delivered to {Sender} by {Host}: {Reply}")]
    private partial void LogDelivered(string mailId, EmailAddress sender, string host, SmtpReply reply);

    [LoggerMessage(LogLevel.Information, "Mail {MailId}, a report, to {Sender} deferred: {Why}; next attempt {Next:u}")]
    private partial void LogDeferred(string mailId, EmailAddress sender, DeliveryFailure why, DateTimeOffset next);

    [LoggerMessage(LogLevel.Information, "Mail {MailId}, a report, to {Sender} failed and is dropped: {Why}")]
    private partial void LogDropped(string mailId, EmailAddress sender, DeliveryFailure why);
}
