using Microsoft.Extensions.Logging;
using MimeKit;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>
/// Takes mail from SMTP: decides, commits and sends side by side, and answers with the XMPP server's own verdict
/// (design §3). A 250 means that the mail is on disk; whatever can refuse, refuses inside the session.
/// </summary>
public sealed partial class MailReceiver(
    RecipientPolicy policy,
    MailRate rate,
    ISpool spool,
    MailSettling settling,
    VerdictWait wait,
    ReceiverIdentity identity,
    GatewayMetrics metrics,
    TimeProvider time,
    ILogger<MailReceiver> logger) : IMailReceiver
{
    private static readonly SmtpReply Ok = new(250, "2.1.0", "Ok");
    private static readonly SmtpReply RecipientOk = new(250, "2.1.5", "Ok");
    private static readonly SmtpReply TooMany = new(421, "4.7.0", "Too many mails from your address, try again in a minute");
    private static readonly SmtpReply NoRoom = new(452, "4.3.1", "No room on this system at the moment, try again later");
    private static readonly SmtpReply LinkDown = new(451, "4.4.3", "The XMPP server is not reachable at the moment, try again later");
    private static readonly SmtpReply ForeignReport = new(550, "5.7.1", "Delivery reports are taken only at a return path that we signed");
    private static readonly SmtpReply Looping = new(550, "5.7.1", "Mail from this gateway's own addresses does not come from outside");

    public ValueTask<SmtpReply> MailAsync(SmtpClient client, Envelope envelope, long? declaredSize, CancellationToken cancellation)
    {
        if (!rate.Allows(client.Address))
            return ValueTask.FromResult(TooMany);
        return ValueTask.FromResult(spool.HasRoomFor(declaredSize ?? 0) ? Ok : NoRoom);
    }

    public ValueTask<SmtpReply> RcptAsync(SmtpClient client, Envelope envelope, EnvelopeRecipient recipient, CancellationToken cancellation)
    {
        var refusal = policy.Check(recipient.Address, envelope.ReversePath) ?? (wait.IsGraceOver ? LinkDown : null);
        if (refusal is not { } reply)
            return ValueTask.FromResult(RecipientOk);
        LogRecipientRefused(client.MailId, envelope.ReversePath, recipient.Address, reply);
        return ValueTask.FromResult(reply);
    }

    public async ValueTask<MailVerdict> ReceiveAsync(SmtpClient client, Envelope envelope, MessageContent content, CancellationToken cancellation)
    {
        var receivedAt = time.GetUtcNow();
        await using var stream = content.OpenRead();
        using var mail = MailFile.Load(stream);
        var messageId = MailHeaders.Of(mail).MessageId ?? "";
        var author = MailAuthor.Of(mail, envelope.ReversePath, identity.Hostname);
        if (Objection(envelope, mail, author) is { } objection)
            return Conclude(client, envelope, new MailVerdict(objection, Enumerable.Repeat(objection, envelope.Recipients.Count).ToList()), content.Length);

        var fates = new Fate[envelope.Recipients.Count];
        var work = Plan(client, envelope, author, messageId, content, fates);
        if (work.Count > 0)
        {
            var accepted = new AcceptedMail(client.MailId, envelope, messageId, Received.Line(client, identity.Hostname, receivedAt), receivedAt)
            {
                Targets = [.. work.Select(item => item.Target)],
            };
            var committing = spool.AcceptAsync(accepted, content, cancellation);
            using var withdrawal = new CancellationTokenSource();
            foreach (var item in work.Where(item => policy.IsLocal(item.Target.User)))
                item.Begin(settling.Start(mail, author, item.Target, client.MailId, receivedAt, withdrawal.Token));
            try
            {
                await committing;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                await withdrawal.CancelAsync();
                LogNotStored(e, client.MailId);
                return Conclude(client, envelope, MixedFates.Answer(envelope, [.. fates.Select(_ => (Fate)new Fate.Refused(StorageTrouble.Reply(e)))], NoRoom), content.Length);
            }

            var isLinkDown = await wait.ForAsync([.. work.Select(item => item.Sending).OfType<Task>()]);
            foreach (var item in work)
                item.Assign(fates, isLinkDown ? LinkDown : null);
            var verdict = MixedFates.Answer(envelope, fates, Queued(client.MailId));
            if (verdict.Reply.IsTransient)
                await withdrawal.CancelAsync();
            await settling.SettleAsync(client.MailId, author, receivedAt, work, verdict.Reply.IsTransient);
            return Conclude(client, envelope, verdict, content.Length);
        }

        return Conclude(client, envelope, MixedFates.Answer(envelope, fates, Queued(client.MailId)), content.Length);
    }

    private static SmtpReply Queued(string mailId) => new(250, "2.0.0", $"Ok: queued as {mailId}");

    private SmtpReply? Objection(Envelope envelope, MimeMessage mail, EmailAddress author)
    {
        if (author.Domain == identity.Component.Domain)
            return Looping;
        return envelope.ReversePath is null && DeliveryReports.Is(mail) ? ForeignReport : null;
    }

    /// <summary>One item of work for each user; fates that are clear already are written at once.</summary>
    private List<MailWork> Plan(SmtpClient client, Envelope envelope, EmailAddress author, string messageId, MessageContent content, Fate[] fates)
    {
        var work = new Dictionary<Jid, MailWork>();
        for (var i = 0; i < envelope.Recipients.Count; i++)
        {
            var (users, refusal) = policy.Resolve(envelope.Recipients[i].Address, author);
            if (refusal is { } reply)
                fates[i] = new Fate.Refused(reply);
            foreach (var user in users)
            {
                if (!work.TryGetValue(user, out var item))
                {
                    var fingerprint = MailFingerprint.Of(identity.FingerprintKey, envelope.ReversePath, user, messageId, content.BodyHash, client.MailId);
                    var target = new MailTarget(SpoolId.New(time), envelope.Recipients[i], user, fingerprint);
                    work[user] = item = new MailWork(target, spool.IsTaken(fingerprint));
                }

                item.Positions.Add(i);
            }
        }

        foreach (var item in work.Values.Where(item => item.IsRepeat))
            item.Assign(fates, null);
        return [.. work.Values.Where(item => !item.IsRepeat)];
    }

    private MailVerdict Conclude(SmtpClient client, Envelope envelope, MailVerdict verdict, long size)
    {
        var sender = envelope.ReversePath?.ToString() ?? "<>";
        var recipients = string.Join(", ", envelope.Recipients.Select(r => r.Address));
        if (verdict.Reply.IsPositive)
            LogAccepted(client.MailId, sender, recipients, size, client.Address);
        else
            LogRefused(client.MailId, sender, recipients, verdict.Reply.ToString().ReplaceLineEndings(" | "), client.Address);
        metrics.MailReceived(verdict.Reply switch
        {
            { IsPositive: true } => ReceiptResult.Accepted,
            { IsTransient: true } => ReceiptResult.Deferred,
            _ => ReceiptResult.Refused,
        });
        return verdict;
    }

    [LoggerMessage(LogLevel.Information, "Mail {MailId} from {Sender} accepted for {Recipients}, {Size} octets, client {Client}")]
    private partial void LogAccepted(string mailId, string sender, string recipients, long size, System.Net.IPAddress client);

    [LoggerMessage(LogLevel.Information, "Mail {MailId} from {Sender} refused for {Recipients}: {Reply}, client {Client}")]
    private partial void LogRefused(string mailId, string sender, string recipients, string reply, System.Net.IPAddress client);

    [LoggerMessage(LogLevel.Information, "Mail {MailId} from {Sender}: recipient {Recipient} refused: {Reply}")]
    private partial void LogRecipientRefused(string mailId, EmailAddress? sender, EmailAddress recipient, SmtpReply reply);

    [LoggerMessage(LogLevel.Error, "Mail {MailId} could not be stored")]
    private partial void LogNotStored(Exception e, string mailId);
}
