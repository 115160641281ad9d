using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Spool;

/// <summary>What has been exchanged: finds the mail behind a stanza and the stanza behind a mail.</summary>
public interface ICorrespondence
{
    Correspondence? ByStanza(Jid owner, string stanzaId);

    /// <param name="messageId">Of the mail, or the one that its sender gave it first.</param>
    Correspondence? ByMessage(Jid owner, string messageId);

    /// <summary>The newest that all of these people have, and that is not older than <paramref name="since"/>.</summary>
    Correspondence? Latest(Jid owner, IReadOnlyList<EmailAddress> people, DateTimeOffset since);

    Correspondence? LatestInThread(Jid owner, EmailAddress contact, string thread);
}
