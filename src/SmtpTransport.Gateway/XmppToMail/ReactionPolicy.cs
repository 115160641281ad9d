using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>
/// Which reactions may become mail (RFC 9078): to contacts that have sent one themselves or write through a gateway such as
/// this, for to all others it would be a mail of one lone emoji; and on a mail that was exchanged with them.
/// </summary>
public sealed class ReactionPolicy(IContacts contacts, ICorrespondence correspondence)
{
    /// <summary>Null when it may go.</summary>
    public StanzaError? Refusal(DraftLine reaction, IReadOnlyList<DraftRecipient> recipients)
    {
        if (recipients is not [{ Address: var contact }] || contacts.Find(reaction.Sender.Bare, contact)?.Reacts != true)
            return Refusals.Reaction;
        return correspondence.ByStanza(reaction.Sender.Bare, reaction.ReplyToId!)?.IsWith(contact) == true ? null : Refusals.ReactionToUnknown;
    }
}
