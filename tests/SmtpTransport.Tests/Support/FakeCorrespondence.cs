using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Support;

internal sealed class FakeCorrespondence(IReadOnlyList<Correspondence> exchanged) : ICorrespondence
{
    public Correspondence? ByStanza(Jid owner, string stanzaId) => exchanged.FirstOrDefault(mail => mail.Owner == owner && mail.StanzaId == stanzaId);

    public Correspondence? ByMessage(Jid owner, string messageId) => exchanged.FirstOrDefault(mail => mail.Owner == owner && mail.MessageId == messageId);

    public Correspondence? Latest(Jid owner, IReadOnlyList<EmailAddress> people, DateTimeOffset since) =>
        exchanged.LastOrDefault(mail => mail.Owner == owner && people.All(mail.IsKnownTo) && mail.At >= since);

    public Correspondence? LatestInThread(Jid owner, EmailAddress contact, string thread) =>
        exchanged.LastOrDefault(mail => mail.Owner == owner && mail.Contact.Key == contact.Key && mail.Thread == thread);
}
