using MimeKit;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Takes one mail to one user, and brings back the XMPP server's word on it.</summary>
public sealed class StanzaDelivery(IStanzaSender link, AddressMap addresses, IContacts contacts, ICorrespondence correspondence, TimeProvider time)
{
    /// <summary>Translates a mail, with what its owner and its author have exchanged before. Reads the store; sends nothing.</summary>
    public PreparedMail Prepare(MimeMessage mail, EmailAddress author, Jid user, MailFingerprint fingerprint, string mailId, DateTimeOffset receivedAt)
    {
        var headers = MailHeaders.Of(mail);
        var known = contacts.Find(user, author);
        var answered = Answered(user, headers);
        var thread = answered?.Thread ?? MailThread.Of(headers.References, headers.InReplyTo, headers.MessageId ?? mailId);
        var contact = addresses.ContactOf(author, known?.Form ?? ContactForm.Percent);
        var now = time.GetUtcNow();
        var stanzas = MailTranslator.ToStanzas(mail, new MailContext
        {
            Contact = contact,
            User = user,
            StanzaId = fingerprint.StanzaId,
            Thread = thread,
            ReplyTo = answered is null ? null : new ReplyTarget(answered.StanzaId, answered.Own ? user : contact),
            PreviousSubject = headers.BeginsThread ? null : correspondence.LatestInThread(user, author, thread)?.Subject,
            FirstContact = known is null,
            ReceivedAt = receivedAt,
            Now = now,
        });
        var sent = stanzas.Select(stanza => new Correspondence(
            user, stanza.Id, mailId, headers.MessageId ?? "", author, thread, headers.BaseSubject, headers.References, Own: false, now));
        return new PreparedMail(stanzas, headers.DisplayName ?? "", [.. sent]);
    }

    /// <summary>The verdict on the first message is the verdict on the mail; the others follow it on the same stream.</summary>
    public async Task<DeliveryVerdict> SendAsync(PreparedMail mail, CancellationToken cancellation)
    {
        var verdicts = mail.Stanzas.Select(stanza => link.SendConfirmedAsync(stanza, cancellation)).ToList();
        return (await Task.WhenAll(verdicts))[0];
    }

    private Correspondence? Answered(Jid user, MailHeaders headers) =>
        headers.References.Reverse().Prepend(headers.InReplyTo ?? "")
            .Where(id => id.Length > 0)
            .Distinct()
            .Take(MaxLookups)
            .Select(id => correspondence.ByMessage(user, id))
            .FirstOrDefault(found => found is not null);

    private const int MaxLookups = 10;
}

/// <param name="ContactName">The author's display name, or empty.</param>
/// <param name="Sent">What to remember of it once it was taken.</param>
public sealed record PreparedMail(IReadOnlyList<Stanza> Stanzas, string ContactName, IReadOnlyList<Correspondence> Sent);
