using Microsoft.Extensions.Logging;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Files;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>Takes drafts that are due to the next mail server, and tells their authors what became of them.</summary>
public sealed partial class MailDelivery(
    ISpool spool,
    DraftComposer composer,
    IMailSender sender,
    ReturnPaths returnPaths,
    RetrySchedule schedule,
    ReportDelivery reports,
    DraftSettling settling,
    GatewayMetrics metrics,
    ILogger<MailDelivery> logger)
{
    private const MailDirection Direction = MailDirection.ChatToMail;

    public int Room(string destination) => sender.Room(destination);

    public async Task DeliverAsync(ClaimedMail mail, CancellationToken cancellation)
    {
        var lines = spool.ReadDraft(mail.Id);
        await using var composed = mail.BodyId is null ? await ComposeAsync(mail, lines) : null;
        Func<Stream>? content = mail.BodyId is { } bodyId ? () => spool.OpenBody(bodyId) : composed is not null ? composed.OpenRead : null;

        // A slow destination keeps none of the others waiting.
        await Task.WhenAll(mail.Recipients.GroupBy(recipient => recipient.Address.Domain).Select(destination => DeliverAsync(mail, [.. destination], lines, content, cancellation)));
    }

    /// <summary>To one destination. Recorded at once: what comes between must not send a mail twice.</summary>
    private async Task DeliverAsync(
        ClaimedMail mail, IReadOnlyList<ClaimedRecipient> recipients, IReadOnlyList<DraftLine> lines, Func<Stream>? content, CancellationToken cancellation)
    {
        var settlements = new List<Settlement>();
        var notices = new List<NewNotice>();
        foreach (var (recipient, outcome) in await SendAsync(mail, recipients, content, cancellation))
            settlements.Add(Conclude(mail, recipient, outcome, lines, notices));
        var receipts = lines.Select(line => UserNotices.Receipt(line.Origin)).OfType<Stanza>().ToList();
        await settling.RecordAsync(mail.Id, settlements, notices, receipts, cancellation);
    }

    /// <summary>One attempt. Our own faults count as trouble that may pass, so that they end like any other.</summary>
    private async Task<IEnumerable<(ClaimedRecipient, DeliveryOutcome)>> SendAsync(
        ClaimedMail mail, IReadOnlyList<ClaimedRecipient> recipients, Func<Stream>? content, CancellationToken cancellation)
    {
        if (content is null)
            return Trouble(recipients);
        EmailAddress? returnPath = mail.ReversePath is { Domain: var domain } ? returnPaths.For(mail.Id, mail.ReceivedAt, domain) : null;
        var outgoing = new OutgoingMail(mail.Id, returnPath, [.. recipients.Select(r => r.Address)], content) { RequireTls = mail.RequireTls };
        try
        {
            return recipients.Zip(await sender.SendAsync(outgoing, cancellation));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogBroken(e, mail.Id);
            return Trouble(recipients);
        }
    }

    private static IEnumerable<(ClaimedRecipient, DeliveryOutcome)> Trouble(IReadOnlyList<ClaimedRecipient> recipients)
    {
        var trouble = new DeliveryOutcome.Deferred(new DeliveryFailure(new SmtpReply(451, "4.3.0", "Local trouble")));
        return recipients.Select(recipient => (recipient, (DeliveryOutcome)trouble));
    }

    /// <summary>Null for a draft that we cannot make a mail of.</summary>
    private async Task<MessageContent?> ComposeAsync(ClaimedMail mail, IReadOnlyList<DraftLine> lines)
    {
        try
        {
            return await composer.ComposeAsync(mail, lines, GatheredFiles.NotFetched(lines, "the mail gateway could not attach it"));
        }
        catch (Exception e)
        {
            LogBroken(e, mail.Id);
            return null;
        }
    }

    private Settlement Conclude(
        ClaimedMail mail, ClaimedRecipient recipient, DeliveryOutcome outcome, IReadOnlyList<DraftLine> lines, List<NewNotice> notices)
    {
        // Only our own reports have a null reverse path.
        if (mail.ReversePath is null)
            return reports.Conclude(mail, recipient, outcome);
        switch (outcome)
        {
            case DeliveryOutcome.Delivered delivered:
                LogDelivered(mail.Id, recipient.Address, delivered.Host, delivered.Reply);
                metrics.MailDelivered(Direction);
                return new Settlement.Delivered(recipient.Id, $"by {delivered.Host}: {delivered.Reply}");
            case DeliveryOutcome.Deferred deferred when schedule.Next(recipient.Attempts, mail.ReceivedAt) is { } next:
                LogDeferred(mail.Id, recipient.Address, deferred.Why, next);
                metrics.MailDeferred(Direction);
                return new Settlement.Deferred(recipient.Id, next, recipient.FailingSince ?? schedule.Now, deferred.Why.ToString());
            case DeliveryOutcome.Deferred expired:
                return Fail(mail, recipient, FailureMap.Expired(expired.Why), lines, notices);
            case DeliveryOutcome.Failed failed:
                return Fail(mail, recipient, failed.Why, lines, notices);
            default:
                throw new InvalidOperationException($"No rule for {outcome}");
        }
    }

    private Settlement.Told Fail(
        ClaimedMail mail, ClaimedRecipient recipient, DeliveryFailure why, IReadOnlyList<DraftLine> lines, List<NewNotice> notices)
    {
        LogFailed(mail.Id, recipient.Address, why);
        metrics.MailFailed(Direction);
        var error = FailureMap.ToStanzaError(why);

        // Of several recipients each has its own result.
        if (lines[^1].Addressed.Local.Length == 0)
            error = error with { Text = $"To {recipient.Address}: {error.Text}" };
        notices.AddRange(lines.Select(line => new NewNotice(UserNotices.Error(line.Origin, error))));
        notices.Add(new NewNotice(UserNotices.Failure(lines[^1].Origin, recipient.Address.ToString(), error), UnlessOnline: lines[^1].Sender));
        return new Settlement.Told(recipient.Id, why.ToString());
    }

    [LoggerMessage(LogLevel.Error, "Mail {MailId} could not be sent")]
    private partial void LogBroken(Exception e, string mailId);

    [LoggerMessage(LogLevel.Information, "Mail {MailId} delivered to {Recipient} by {Host}: {Reply}")]
    private partial void LogDelivered(string mailId, EmailAddress recipient, string host, SmtpReply reply);

    [LoggerMessage(LogLevel.Information, "Mail {MailId} to {Recipient} deferred: {Why}; next attempt {Next:u}")]
    private partial void LogDeferred(string mailId, EmailAddress recipient, DeliveryFailure why, DateTimeOffset next);

    [LoggerMessage(LogLevel.Information, "Mail {MailId} to {Recipient} failed: {Why}")]
    private partial void LogFailed(string mailId, EmailAddress recipient, DeliveryFailure why);
}
