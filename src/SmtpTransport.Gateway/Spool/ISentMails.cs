using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Spool;

/// <summary>The mails that left, as far as a bounce needs them and for as long as their return paths are good.</summary>
public interface ISentMails
{
    /// <summary>Null when we know nothing of it (any more).</summary>
    SentMail? Find(string mailId);

    /// <summary>Records what a user is told of a recipient and, in the same transaction, the stanzas that say so.</summary>
    /// <param name="recipient">Null for one that none of them is named like: of all such the user hears once.</param>
    /// <returns>False when the user knew: nothing is told twice, and no delay after a failure.</returns>
    Task<bool> TellAsync(string mailId, EmailAddress? recipient, SentNews news, string why, IReadOnlyList<NewNotice> notices);
}

/// <param name="Lines">The messages that it was made of, in order; at least one.</param>
public sealed record SentMail(string Id, IReadOnlyList<EmailAddress> Recipients, IReadOnlyList<StanzaOrigin> Lines);

/// <summary>Where a line of a mail came from, and so where news of it goes.</summary>
/// <param name="StanzaId">Empty when the message had none.</param>
/// <param name="Sender">The full JID that wrote it.</param>
/// <param name="Addressed">The contact JID it was sent to, in the spelling used: answers come from it.</param>
public sealed record StanzaOrigin(string StanzaId, Jid Sender, Jid Addressed, bool WantsReceipt);

/// <summary>What a user may be told of a mail after it has left.</summary>
public enum SentNews
{
    Delayed = 1,
    Failed = 2,
}
