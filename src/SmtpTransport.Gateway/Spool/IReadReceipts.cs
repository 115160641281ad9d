using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Spool;

/// <summary>Whose senders wait to hear that their mail was displayed. Once for each mail, whatever crashes.</summary>
public interface IReadReceipts
{
    /// <summary>XEP-0333 §2: a marker speaks of that message and of all before it.</summary>
    IReadOnlyList<Correspondence> Owed(Jid owner, EmailAddress contact, string stanzaId, int limit);

    /// <summary>The receipt waits from now on like any other mail, in place of what was owed.</summary>
    /// <returns>False when it had been paid.</returns>
    Task<bool> PayAsync(Correspondence displayed, ComposedReport receipt);
}
