using System.Text;
using Microsoft.Extensions.Logging;
using MimeKit;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Writes the reports that senders are owed, one for each mail, and leaves them in the spool to be sent like any other mail.</summary>
public sealed partial class SenderReports(
    IReports reports,
    ISpool spool,
    ReceiverIdentity identity,
    RetryOptions retry,
    Doorbells doorbells,
    GatewayMetrics metrics,
    TimeProvider time,
    ILogger<SenderReports> logger)
{
    /// <summary>RFC 5321 §4.5.4.1 speaks of four to five hours; before, most delays are over.</summary>
    public static readonly TimeSpan TellDelayAfter = TimeSpan.FromHours(4);

    private const int Batch = 50;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenDelays = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AfterTrouble = TimeSpan.FromMinutes(1);

    /// <summary>Mails whose report could not be written, and when to try again: they must not fill the batches.</summary>
    private readonly Dictionary<string, DateTimeOffset> postponed = [];

    public async Task RunAsync(CancellationToken stopping)
    {
        var lookForDelaysAt = TimeSpan.Zero;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (time.Steady() >= lookForDelaysAt)
                {
                    await reports.OweDelaysAsync(time.GetUtcNow() - TellDelayAfter, Batch);
                    lookForDelaysAt = time.Steady() + BetweenDelays;
                }

                await WriteAsync();
            }
            catch (Exception e)
            {
                LogTrouble(e);
            }

            await Task.Delay(Period, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Everything that can be said now.</summary>
    public async Task WriteAsync()
    {
        var now = time.GetUtcNow();
        foreach (var mailId in reports.Ready(Batch + postponed.Count).Where(mailId => postponed.GetValueOrDefault(mailId) <= now))
        {
            postponed.Remove(mailId);
            try
            {
                if (reports.Find(mailId) is { } owed)
                    await WriteAsync(owed);
            }
            catch (Exception e)
            {
                // One that cannot be read or written must not keep the others from their senders.
                postponed[mailId] = now + AfterTrouble;
                LogNotWritten(e, mailId);
            }
        }
    }

    private async Task WriteAsync(OwedReport owed)
    {
        var report = Compose(owed);
        await reports.PayAsync(owed, report);
        LogWritten(owed.MailId, report.Id, owed.Sender, string.Join(", ", owed.Recipients.Select(each => $"{each.Recipient.Address} {each.Recipient.Action}")));
        metrics.Report(ReportResult.Written);
        doorbells.ChatToMail.Ring();
    }

    private ComposedReport Compose(OwedReport owed)
    {
        var now = time.GetUtcNow();
        var id = MailIds.Next(time);

        // A domain of ours that the sender knows, and that we sign for.
        var domain = MailDomain.ToAscii(owed.Recipients[0].Recipient.Address.Domain);
        using var message = DeliveryReport.Compose(new ReportedMail
        {
            Sender = owed.Sender,
            Recipients = [.. owed.Recipients.Select(each => each.Recipient)],
            Original = () => owed.BodyId is { } bodyId ? spool.OpenBody(bodyId) : Remembered(owed),
            Return = owed.BodyId is null ? "HDRS" : owed.Return,
            EnvelopeId = owed.EnvelopeId,
            ReceivedAt = owed.ReceivedAt,
            RetriedUntil = owed.ReceivedAt + retry.GiveUpAfter,
            Domain = domain,
            Hostname = identity.Hostname,
            MessageId = $"{id}@{domain}",
            Now = now,
        });
        using var octets = new MemoryStream();
        message.WriteTo(Format(owed), octets);
        return new ComposedReport(id, message.MessageId!, octets.ToArray());
    }

    /// <summary>Of a mail whose octets are gone, what is left of its header, at least what its sender's program finds it by.</summary>
    private static MemoryStream Remembered(OwedReport owed) =>
        new(owed.Header ?? (owed.MessageId.Length > 0 ? Encoding.UTF8.GetBytes($"Message-ID: <{owed.MessageId}>\r\n") : []));

    /// <summary>RFC 6532 §3: header fields in UTF-8 only for a sender whose address needs it.</summary>
    private static FormatOptions Format(OwedReport owed)
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.International = owed.Sender.NeedsSmtpUtf8;
        return format;
    }

    [LoggerMessage(LogLevel.Information, "Mail {MailId}: report {ReportId} to {Sender} written: {Recipients}")]
    private partial void LogWritten(string mailId, string reportId, EmailAddress sender, string recipients);

    [LoggerMessage(LogLevel.Error, "Mail {MailId}: its report cannot be written; the gateway tries again")]
    private partial void LogNotWritten(Exception e, string mailId);

    [LoggerMessage(LogLevel.Error, "Reports to senders cannot be written; the gateway tries again")]
    private partial void LogTrouble(Exception e);
}
