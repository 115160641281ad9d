using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>What the worker does with drafts of users: those with files have these fetched first, in a queue of their own.</summary>
public sealed class OutgoingDelivery(MailDelivery mails, FileGathering gathering) : ISpoolDelivery
{
    public MailDirection Direction => MailDirection.ChatToMail;

    /// <summary>Most of them only wait. Hundreds of dead destinations, a few mails for each, must not fill it.</summary>
    public int Concurrency => 1000;

    public bool IsFair => true;

    public bool IsReady => true;

    public int Room(string destination) => FetchQueue.Includes(destination) ? FetchQueue.Room : mails.Room(destination);

    public async Task DeliverAsync(ClaimedMail mail, CancellationToken cancellation)
    {
        if (mail.BodyId is null && FetchQueue.Includes(mail.Destination) && await gathering.TryComposeAsync(mail, cancellation))
            return;
        await mails.DeliverAsync(mail, cancellation);
    }
}
