using Microsoft.Extensions.Logging;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Gateway.Translation;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>
/// Takes mail from SMTP: decides, has it handed over, and answers with the XMPP server's own verdict (design §3). A 250 means
/// that the mail is on disk; whatever can refuse, refuses inside the session.
/// </summary>
public sealed partial class MailReceiver(
    MailPolicies policies,
    MailScrutiny scrutiny,
    ISpool spool,
    MailHandover handover,
    ReceiverIdentity identity,
    GatewayMetrics metrics,
    TimeProvider time,
    ILogger<MailReceiver> logger) : IMailReceiver
{
    private static readonly SmtpReply Ok = new(250, "2.1.0", "Ok");
    private static readonly SmtpReply RecipientOk = new(250, "2.1.5", "Ok");
    private static readonly SmtpReply TooManyParts = new(554, "5.6.0", "The mail has too many parts or header fields");
    private static readonly SmtpReply Returning = new(554, "5.4.6", "Mail loop: its recipient is who sent it from here");
    private static readonly SmtpReply UnderWay = new(451, "4.3.0", "This very mail is being taken in another session, try again later");

    private readonly MailsUnderWay underWay = new();

    public ValueTask<SmtpReply> MailAsync(SmtpClient client, Envelope envelope, long? declaredSize, CancellationToken cancellation)
    {
        if (policies.Clients.AtMail(client) is { } refusal)
            return ValueTask.FromResult(refusal);
        return ValueTask.FromResult(spool.HasRoomFor(declaredSize ?? 0) ? Ok : StorageTrouble.Full);
    }

    public async ValueTask<SmtpReply> RcptAsync(SmtpClient client, Envelope envelope, EnvelopeRecipient recipient, CancellationToken cancellation)
    {
        var refusal = policies.Recipients.Check(recipient.Address, envelope)
            ?? await policies.Clients.AtRcptAsync(client, policies.Recipients.IsForAdmins(recipient.Address))
            ?? handover.Refusal;
        if (refusal is not { } reply)
            return RecipientOk;
        LogRecipientRefused(client.MailId, envelope.ReversePath, recipient.Address, reply);
        return reply;
    }

    public async ValueTask<MailVerdict> ReceiveAsync(SmtpClient client, Envelope envelope, MessageContent content, CancellationToken cancellation)
    {
        await using var stream = content.OpenRead();
        if (!MimeBounds.Hold(stream))
        {
            metrics.Refusal(RefusalReason.TooManyParts);
            return Conclude(client, envelope, content, new MailVerdict(TooManyParts, [.. envelope.Recipients.Select(_ => TooManyParts)]));
        }

        using var message = MailFile.Load(stream);
        var mail = new IncomingMail(client.MailId, message, MailAuthor.Of(message, envelope.ReversePath, identity.Hostname), time.GetUtcNow());
        var finding = await scrutiny.ExamineAsync(client, envelope, mail, content, cancellation);
        if (finding.Refusal is { } objection)
            return Conclude(client, envelope, content, new MailVerdict(objection, [.. envelope.Recipients.Select(_ => objection)]));

        mail = mail with
        {
            Warnings = finding.Warnings,
            Authentication = finding.Authentication,
            ReversePath = envelope.ReversePath,
            MayReport = MayReport(envelope, message, finding),
        };
        var messageId = MailHeaders.Of(message).MessageId ?? "";
        var fates = new Fate[envelope.Recipients.Count];
        var copies = Copies(mail, envelope, messageId, content, fates);
        if (await policies.Senders.AdmitAsync(client, mail, [.. copies.Select(copy => copy.Target.User)], cancellation) is { } refusal)
            return Conclude(client, envelope, content, new MailVerdict(refusal, [.. envelope.Recipients.Select(_ => refusal)]));

        var begun = copies.Where(copy => underWay.TryBegin(copy.Target.Fingerprint)).ToList();
        try
        {
            var fresh = begun.Where(copy => !spool.IsTaken(copy.Target.Fingerprint)).ToList();
            foreach (var copy in copies.Except(fresh))
            {
                copy.Fate = begun.Contains(copy) ? new Fate.Taken() : new Fate.Refused(UnderWay);
                copy.Tell(fates);
            }

            var work = fresh.Where(copy => MayCome(client, copy, mail, fates)).ToList();
            var accepted = new AcceptedMail(mail.Id, envelope, messageId, Received.Line(client, identity.Hostname, mail.ReceivedAt), mail.ReceivedAt)
            {
                Targets = [.. work.Select(copy => copy.Target)],
                Warnings = mail.Warnings,
                Authentication = mail.Authentication,
                MayReport = mail.MayReport,
                Fingerprint = MailFingerprint.Of(identity.FingerprintKey, envelope.ReversePath, identity.Component, messageId, content.BodyHash, mail.Id),
            };
            return Conclude(client, envelope, content, await handover.RunAsync(mail, accepted, content, fates, work, cancellation));
        }
        finally
        {
            begun.ForEach(copy => underWay.End(copy.Target.Fingerprint));
        }
    }

    private static bool MayReport(Envelope envelope, MimeKit.MimeMessage message, Finding finding) =>
        finding.Authentication.IsSenderVerified && !AutomaticMail.Is(envelope.ReversePath, message.Headers);

    /// <summary>One copy for each user, however many addresses lead there; a refusal that is clear already is written down.</summary>
    private List<MailWork> Copies(IncomingMail mail, Envelope envelope, string messageId, MessageContent content, Fate[] fates)
    {
        var copies = new Dictionary<Jid, MailWork>();
        for (var i = 0; i < fates.Length; i++)
        {
            var (users, refusal) = policies.Recipients.Resolve(envelope.Recipients[i].Address, mail.Author);
            if (refusal is { } reply)
                fates[i] = new Fate.Refused(reply);
            foreach (var user in users)
            {
                if (!copies.TryGetValue(user, out var copy))
                {
                    var fingerprint = MailFingerprint.Of(identity.FingerprintKey, envelope.ReversePath, user, messageId, content.BodyHash, mail.Id);
                    copies[user] = copy = new MailWork(new MailTarget(SpoolId.New(time), envelope.Recipients[i], user, fingerprint));
                }

                copy.Positions.Add(i);
            }
        }

        return [.. copies.Values];
    }

    private bool MayCome(SmtpClient client, MailWork copy, IncomingMail mail, Fate[] fates)
    {
        if (Objection(client, copy.Target.User, mail) is not { } reply)
            return true;
        copy.Fate = new Fate.Refused(reply);
        copy.Tell(fates);
        return false;
    }

    private SmtpReply? Objection(SmtpClient client, Jid user, IncomingMail mail)
    {
        if (!policies.Loops.IsReturning(mail.Message.Headers, user))
            return policies.Senders.Pair(client, user, mail.Author);
        metrics.Refusal(RefusalReason.LoopMark);
        return Returning;
    }

    private MailVerdict Conclude(SmtpClient client, Envelope envelope, MessageContent content, MailVerdict verdict)
    {
        var sender = envelope.ReversePath?.ToString() ?? "<>";
        var recipients = string.Join(", ", envelope.Recipients.Select(r => r.Address));
        if (verdict.Reply.IsPositive)
            LogAccepted(client.MailId, sender, recipients, content.Length, client.Address);
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
}
