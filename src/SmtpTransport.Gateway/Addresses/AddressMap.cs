using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Addresses;

/// <summary>Mail address to JID and back (design §4): both networks' names for both kinds of people.</summary>
public sealed class AddressMap(AddressOptions options, IAliases aliases)
{
    /// <summary>The contact JID that stands for a mailbox, in the form that its user prefers.</summary>
    public Jid ContactOf(EmailAddress mailbox, ContactForm form) => throw new NotImplementedException(aliases.ToString());

    /// <summary>What a JID on the component's domain stands for.</summary>
    public ContactLookup Contact(Jid jid) => throw new NotImplementedException();

    /// <summary>The mail address of an XMPP user: (a) of an own mail domain, else (b) of the component's domain.</summary>
    public EmailAddress MailAddressOf(Jid user) => throw new NotImplementedException();

    /// <summary>Who an SMTP recipient is. Policy that needs the store (who has written to whom) is not decided here.</summary>
    public RecipientLookup Recipient(EmailAddress address) => throw new NotImplementedException();

    /// <summary>May this user send mail: a listed domain, or any with <c>*</c>.</summary>
    public bool MaySend(Jid user) => options.AnyUsers || IsListed(user.Domain);

    /// <summary>Listed by name, not only by <c>*</c>.</summary>
    public bool IsListed(string xmppDomain) => options.Users.Contains(xmppDomain);

    /// <summary>Hosted by the server that we bind to.</summary>
    public bool IsLocal(string xmppDomain) => options.LocalDomains.Contains(xmppDomain);
}

/// <summary>How a contact JID is spelled.</summary>
public enum ContactForm
{
    /// <summary><c>bob%mail.test@smtp.example</c></summary>
    Percent,

    /// <summary><c>bob\40mail.test@smtp.example</c> (XEP-0106)</summary>
    Escaped,
}

public abstract record ContactLookup
{
    private ContactLookup()
    {
    }

    public sealed record Mailbox(EmailAddress Address, ContactForm Form) : ContactLookup;

    /// <summary>The component itself.</summary>
    public sealed record Gateway : ContactLookup;

    /// <summary>A mailbox of a domain that we serve ourselves: talk to the JID instead.</summary>
    public sealed record OwnUser(Jid User) : ContactLookup;

    /// <param name="Why">For the user: short, friendly, what to do next.</param>
    public sealed record Invalid(string Why) : ContactLookup;
}

public abstract record RecipientLookup
{
    private RecipientLookup()
    {
    }

    /// <param name="Jid">Bare.</param>
    /// <param name="Tag">The plus part of <c>alice+shop@...</c>, or null.</param>
    public sealed record User(Jid Jid, string? Tag) : RecipientLookup;

    /// <summary>postmaster@, abuse@: the admins.</summary>
    public sealed record Admins : RecipientLookup;

    /// <summary>A reply to give at RCPT.</summary>
    public sealed record Refused(SmtpReply Reply) : RecipientLookup;
}
