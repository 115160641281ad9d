using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Contacts;

/// <summary>Whom people mean when they type or paste an address.</summary>
internal static class EnteredAddress
{
    private const int MaxLength = 2000;
    private const string MailTo = "mailto:";

    /// <summary>
    /// Reads <c>bob@mail.test</c>, <c>mailto:bob@mail.test?subject=x</c>, <c>Bob &lt;bob@mail.test&gt;</c>, and the JID of a
    /// contact in both forms.
    /// </summary>
    /// <param name="contacts">Know in which form this user writes to a mailbox.</param>
    /// <returns>Null when it is no address.</returns>
    public static ContactLookup? Find(AddressMap addresses, IContacts contacts, Jid user, string? text)
    {
        if (Jid.TryParse(Alone(text), out var jid) && addresses.Contact(jid.Bare) is (ContactLookup.Mailbox or ContactLookup.OwnUser) and var known)
            return known;
        return TryRead(text, out var mailbox)
            ? addresses.Contact(addresses.ContactOf(mailbox, contacts.Find(user, mailbox)?.Form ?? ContactForm.Percent))
            : null;
    }

    /// <summary>Mail addresses alone.</summary>
    public static bool TryRead(string? text, out EmailAddress address)
    {
        var entered = Alone(text);
        // RFC 6068 §2: the address ends where header fields begin, and is percent-encoded.
        if (entered.StartsWith(MailTo, StringComparison.OrdinalIgnoreCase))
            entered = Uri.UnescapeDataString(entered[MailTo.Length..].Split('?')[0]);
        return EmailAddress.TryParse(entered, out address);
    }

    /// <summary>Without the name beside it.</summary>
    private static string Alone(string? text)
    {
        if (text is null || text.Length > MaxLength)
            return "";
        var entered = text.Trim();
        return entered.EndsWith('>') && entered.LastIndexOf('<') is >= 0 and var open ? entered[(open + 1)..^1].Trim() : entered;
    }
}
