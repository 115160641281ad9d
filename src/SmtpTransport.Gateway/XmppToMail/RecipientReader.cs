using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>To whom a message goes: one contact, or those that a message to the gateway itself names. All of them, or an error.</summary>
public sealed class RecipientReader(AddressMap addresses, IContacts contacts)
{
    /// <summary>XEP-0033 §5: between 20 and 100.</summary>
    private const int MaxRecipients = 50;

    /// <param name="written">Those of its header lines.</param>
    public (IReadOnlyList<DraftRecipient> Recipients, StanzaError? Refusal) Read(Stanza message, IReadOnlyList<(RecipientRole Role, string Address)> written)
    {
        var contact = addresses.Contact(message.To);
        if (contact is not ContactLookup.Gateway)
            return All(message, [(RecipientRole.To, contact)]);

        // XEP-0033 §7: who answers to all leaves out himself; not every client does.
        var extended = (message.Payload<ExtendedAddresses>()?.All ?? [])
            .Where(address => !address.Delivered && RoleOf(address.Type) is not null && address.Jid?.Bare != message.From.Bare).ToList();

        // Counted before any is looked up: a text full of commas names them by the ten thousand.
        return (extended.Count + written.Count) switch
        {
            0 => ([], Refusals.NoRecipient(message.To)),
            > MaxRecipients => ([], Refusals.TooManyAtOnce(MaxRecipients)),
            // XEP-0033 §5: all of them, or forbidden.
            _ when extended.Find(address => address.Jid is { } jid && jid.Domain != message.To.Domain && !IsOurs(jid))?.Jid is { } other => ([], Refusals.ChatAddress(other)),
            _ => All(message, [
                .. extended.Select(address => (RoleOf(address.Type)!.Value, Lookup(message.From.Bare, address))),
                .. written.Select(address => (address.Role, Lookup(message.From.Bare, address.Address)))]),
        };
    }

    private (IReadOnlyList<DraftRecipient> Recipients, StanzaError? Refusal) All(Stanza message, List<(RecipientRole Role, ContactLookup Lookup)> named)
    {
        // Users of ours have their share in a mail that leaves. By itself it is a matter of chat.
        if (named.Exists(recipient => recipient.Lookup is ContactLookup.Mailbox))
            named = [.. named.Where(recipient => recipient.Lookup is not ContactLookup.OwnUser own || own.User.Bare != message.From.Bare).Select(recipient => (recipient.Role, AsMailbox(recipient.Lookup)))];

        // XEP-0033 §4: never partly.
        if (named.Select(recipient => Fault(recipient.Lookup)).FirstOrDefault(fault => fault is not null) is { } refusal)
            return ([], refusal);
        return ([.. named.Select(recipient => (recipient.Role, Mailbox: (ContactLookup.Mailbox)recipient.Lookup))
            .DistinctBy(recipient => recipient.Mailbox.Address.Key)
            .Select(recipient => new DraftRecipient(Spelled(message.From, recipient.Mailbox.Address), recipient.Mailbox.Form, recipient.Role))], null);
    }

    private bool IsOurs(Jid jid) => jid.Local.Length > 0 && addresses.IsListed(jid.Domain);

    private ContactLookup AsMailbox(ContactLookup lookup) =>
        lookup is ContactLookup.OwnUser own ? new ContactLookup.Mailbox(addresses.MailAddressOf(own.User.Bare), ContactForm.Percent) : lookup;

    private EmailAddress Spelled(Jid user, EmailAddress mailbox) =>
        mailbox with { Local = contacts.Find(user, mailbox)?.Spelling ?? mailbox.Local };

    private ContactLookup Lookup(Jid user, ExtendedAddress address) =>
        address.Jid is { } jid ? IsOurs(jid) ? new ContactLookup.OwnUser(jid.Bare) : addresses.Contact(jid)
        : address.Uri is { } uri && uri.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) ? Lookup(user, uri)
        : new ContactLookup.Invalid("An address of this message is neither a contact of the e-mail gateway nor a mailto: address.");

    private ContactLookup Lookup(Jid user, string written) =>
        EnteredAddress.Find(addresses, contacts, user, written) ?? new ContactLookup.Invalid($"\"{Shown(written)}\" is not an e-mail address.");

    private static StanzaError? Fault(ContactLookup lookup) => lookup switch
    {
        ContactLookup.OwnUser own => Refusals.OwnDomain(own.User),
        ContactLookup.Invalid invalid => Refusals.BadAddress(invalid.Why),
        ContactLookup.Gateway => Refusals.BadAddress("One of the addresses is the mail gateway itself."),
        _ => null,
    };

    private static RecipientRole? RoleOf(string type) => type switch
    {
        "to" => RecipientRole.To,
        "cc" => RecipientRole.Cc,
        "bcc" => RecipientRole.Bcc,
        _ => null,
    };

    private static string Shown(string text) => PlainText.OneLine(text, 100);
}
