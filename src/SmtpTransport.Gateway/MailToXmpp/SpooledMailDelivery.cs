using MimeKit;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Takes mail from the spool to users: those behind other servers, and what a crash, a slow server or a refusal "for now" left.</summary>
public sealed class SpooledMailDelivery(ISpool spool, StanzaDelivery delivery, MailSettling settling, IStanzaSender link, ReceiverIdentity identity) : ISpoolDelivery
{
    public MailDirection Direction => MailDirection.MailToChat;

    public int Concurrency => 50;

    public bool IsReady => link.DownSince is null;

    public async Task DeliverAsync(ClaimedMail mail, CancellationToken cancellation)
    {
        if (mail.BodyId is not { } bodyId)
            throw new InvalidDataException($"Mail {mail.Id} has no body.");
        await using var stream = spool.OpenBody(bodyId);
        using var message = MailFile.Load(stream);
        var author = MailAuthor.Of(message, mail.ReversePath, identity.Hostname);
        var settlements = new List<Settlement>();
        foreach (var recipient in mail.Recipients)
        {
            var prepared = delivery.Prepare(message, author, recipient.User, recipient.Fingerprint!, mail.Id, mail.ReceivedAt);
            var verdict = await delivery.SendAsync(prepared, cancellation);
            settlements.Add(settling.Conclude(mail.Id, author, recipient, mail.ReceivedAt, prepared, verdict));
        }

        await spool.SettleAsync(mail.Id, settlements, []);
    }
}
