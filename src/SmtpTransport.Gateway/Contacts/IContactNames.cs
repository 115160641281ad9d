using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Contacts;

/// <summary>What a user's correspondents call themselves.</summary>
public interface IContactNames
{
    /// <summary>The last display name seen in mail from that mailbox to this user, or null.</summary>
    string? Find(Jid user, EmailAddress mailbox);
}
