using SmtpTransport.Gateway.Spool;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Takes mail from the spool to users: those behind other servers, and what a crash, a slow server or a refusal "for now" left.</summary>
public sealed class SpooledMailDelivery(
    ISpool spool, StanzaDelivery delivery, FileDelivery files, MailSettling settling, IStanzaSender link, ReceiverIdentity identity) : ISpoolDelivery
{
    public MailDirection Direction => MailDirection.MailToChat;

    public int Concurrency => 50;

    public bool IsFair => false;

    public bool IsReady => link.DownSince is null;

    public int Room(string destination) => int.MaxValue;

    public async Task DeliverAsync(ClaimedMail mail, CancellationToken cancellation)
    {
        if (mail.BodyId is not { } bodyId)
            throw new InvalidDataException($"Mail {mail.Id} has no body.");
        await using var stream = spool.OpenBody(bodyId);
        using var message = MailFile.Load(stream);
        var incoming = new IncomingMail(mail.Id, message, MailAuthor.Of(message, mail.ReversePath, identity.Hostname), mail.ReceivedAt)
        {
            Warnings = mail.Warnings,
            Authentication = mail.Authentication,
            ReversePath = mail.ReversePath,
            MayReport = mail.MayReport,
        };
        foreach (var recipient in mail.Recipients)
        {
            if (recipient.Part != MailPart.Mail)
            {
                await files.DeliverAsync(incoming, recipient, cancellation);
                continue;
            }

            // Recorded one by one: what comes between must not send a message twice.
            var outcome = await delivery.DeliverAsync(incoming, recipient.User, recipient.Fingerprint!, cancellation);
            await settling.RecordAsync(mail.Id, [settling.Conclude(incoming, recipient, outcome)], [], [], cancellation);
        }
    }
}
