using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Who may receive mail, and from whom.</summary>
public sealed class RecipientPolicy(AddressMap addresses, AddressOptions options, IContacts contacts, ISubscriptions subscriptions)
{
    private static readonly SmtpReply NoAdmin = new(550, "5.1.1", "Nobody reads this address: no administrator is configured");

    // RFC 8689 §4.1: what goes on to another server would go as XMPP goes.
    private static readonly SmtpReply BeyondTls = new(550, "5.7.30", "REQUIRETLS reaches only users of our own server");

    /// <summary>At RCPT, where only the envelope is known; of a null sender nothing is, before the author.</summary>
    /// <returns>Null when the recipient is fine.</returns>
    public SmtpReply? Check(EmailAddress recipient, Envelope envelope) => addresses.Recipient(recipient) switch
    {
        RecipientLookup.Refused refused => refused.Reply,
        RecipientLookup.User user when envelope.RequireTls && !IsLocal(user.Jid) => BeyondTls,
        RecipientLookup.Admins when envelope.RequireTls && !options.Admins.All(IsLocal) => BeyondTls,
        RecipientLookup.User user when envelope.ReversePath is { } sender && !MayReceive(user.Jid, sender) => NotWithoutConsent,
        _ => null,
    };

    /// <summary>After DATA: the users behind an accepted RCPT, or why there is none.</summary>
    public (IReadOnlyList<Jid> Users, SmtpReply? Refusal) Resolve(EmailAddress recipient, EmailAddress? author) => addresses.Recipient(recipient) switch
    {
        RecipientLookup.User user when MayReceive(user.Jid, author) => ([user.Jid], null),
        RecipientLookup.User => ([], NotWithoutConsent),
        RecipientLookup.Admins => options.Admins.Count > 0 ? (options.Admins, null) : ([], NoAdmin),
        RecipientLookup.Refused refused => ([], refused.Reply),
        _ => throw new InvalidOperationException($"No rule for {recipient}"),
    };

    /// <summary>postmaster or abuse.</summary>
    public bool IsForAdmins(EmailAddress recipient) => addresses.Recipient(recipient) is RecipientLookup.Admins;

    public bool IsLocal(Jid user) => addresses.IsLocal(user.Domain);

    private static SmtpReply NotWithoutConsent => new(550, "5.7.1", "This user receives mail only from addresses that they have written to");

    /// <summary>Users of domains that are not listed receive only from those they have written or subscribed to (design §6).</summary>
    private bool MayReceive(Jid user, EmailAddress? sender) =>
        addresses.IsListed(user.Domain)
        || (sender is { } mailbox && (contacts.Find(user, mailbox)?.Written == true || IsSubscribed(user, mailbox)));

    private bool IsSubscribed(Jid user, EmailAddress mailbox) =>
        Enum.GetValues<ContactForm>().Any(form => subscriptions.Contains(user, addresses.ContactOf(mailbox, form)));
}
