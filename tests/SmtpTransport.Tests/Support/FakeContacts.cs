using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Support;

internal sealed class FakeContacts : Dictionary<(Jid Owner, string Mailbox), Contact>, IContacts
{
    public Contact? Find(Jid owner, EmailAddress mailbox) => this.GetValueOrDefault((owner, mailbox.Key));
}
