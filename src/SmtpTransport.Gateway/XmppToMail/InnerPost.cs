using System.Net;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>
/// Hands mail for our own users to the receiver of all mail, as a session would, and brings back its answer: such mail never goes
/// out into the DNS, where it would come back to us at best. All other mail leaves.
/// </summary>
public sealed class InnerPost(IMailSender outside, IMailReceiver receiver, AddressMap addresses, ComposerIdentity identity, TimeProvider time) : IMailSender
{
    /// <summary>Like that of the link to the XMPP server, which such mail goes to at once.</summary>
    private const int Places = 50;

    public int Room(string domain) => addresses.IsServed(domain) ? Places : outside.Room(domain);

    public Task<IReadOnlyList<DeliveryOutcome>> SendAsync(OutgoingMail mail, CancellationToken cancellation) =>
        addresses.IsServed(mail.Recipients[0].Domain) ? HandOverAsync(mail, cancellation) : outside.SendAsync(mail, cancellation);

    private async Task<IReadOnlyList<DeliveryOutcome>> HandOverAsync(OutgoingMail mail, CancellationToken cancellation)
    {
        var client = new SmtpClient(IPAddress.Loopback, identity.Hostname, "XMPP") { MailId = MailIds.Next(time), IsOurselves = true };
        var envelope = new Envelope(mail.ReversePath, []) { SmtpUtf8 = true, RequireTls = mail.RequireTls, PerRecipientReplies = true };
        await using var content = await CopyAsync(mail, cancellation);
        var opened = await receiver.MailAsync(client, envelope, content.Length, cancellation);
        if (!opened.IsPositive)
            return [.. mail.Recipients.Select(_ => Outcome(opened))];

        var replies = new SmtpReply[mail.Recipients.Count];
        for (var i = 0; i < replies.Length; i++)
        {
            var recipient = new EnvelopeRecipient(mail.Recipients[i]);
            replies[i] = await receiver.RcptAsync(client, envelope, recipient, cancellation);
            if (replies[i].IsPositive)
                envelope = envelope with { Recipients = [.. envelope.Recipients, recipient] };
        }

        if (envelope.Recipients.Count > 0)
        {
            var verdict = await receiver.ReceiveAsync(client, envelope, content, cancellation);
            using var each = verdict.PerRecipient.GetEnumerator();
            for (var i = 0; i < replies.Length; i++)
                if (replies[i].IsPositive)
                    replies[i] = each.MoveNext() ? each.Current : verdict.Reply;
        }

        return [.. replies.Select(Outcome)];
    }

    private static async Task<MessageContent> CopyAsync(OutgoingMail mail, CancellationToken cancellation)
    {
        await using var octets = mail.Content();
        using var copy = new ContentStream();
        await octets.CopyToAsync(copy, cancellation);
        return copy.Take();
    }

    private DeliveryOutcome Outcome(SmtpReply reply) =>
        reply.IsPositive ? new DeliveryOutcome.Delivered(reply, identity.Hostname)
        : reply.IsTransient ? new DeliveryOutcome.Deferred(new DeliveryFailure(reply, identity.Hostname))
        : new DeliveryOutcome.Failed(new DeliveryFailure(reply, identity.Hostname));
}
