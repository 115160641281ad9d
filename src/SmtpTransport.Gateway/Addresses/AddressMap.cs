using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Addresses;

/// <summary>Mail address to JID and back (design §4): both networks' names for both kinds of people.</summary>
public sealed class AddressMap
{
    private static readonly SmtpReply RelayingDenied = new(550, "5.7.1", "Relaying denied: this server takes no mail for that domain");
    private static readonly SmtpReply Nested = new(550, "5.7.1", "Relaying denied: the address names this gateway twice");
    private static readonly SmtpReply NotPermitted = new(550, "5.7.1", "Relaying denied: that XMPP domain does not use this gateway");
    private static readonly SmtpReply UnknownUser = new(550, "5.1.1", "No such user here");

    private readonly AddressOptions options;
    private readonly IAliases aliases;
    private readonly ServedDomains domains;
    private readonly UserNames users;

    public AddressMap(AddressOptions options, IAliases aliases)
    {
        this.options = options;
        this.aliases = aliases;
        domains = new ServedDomains(options);
        users = new UserNames(domains, aliases);
    }

    /// <summary>Would a reader take this domain for one of ours, which it is not?</summary>
    public bool LooksLikeOurs(string mailDomain) => LookAlike.IsOfOne(mailDomain, domains.Own);

    /// <summary>The contact JID that stands for a mailbox, in the form that its user prefers.</summary>
    public Jid ContactOf(EmailAddress mailbox, ContactForm form)
    {
        var local = LocalPart.Fold(mailbox.Local);
        var ascii = MailDomain.ToAscii(mailbox.Domain);
        // A domain written from right to left cannot stand beside letters of the other direction (RFC 3454 §6).
        if (!Alias.IsAlias(local)
            && (ContactNames.TryJoin(local, mailbox.Domain, form, domains.Component, out var jid)
                || ContactNames.TryJoin(local, ascii, form, domains.Component, out jid)))
            return jid;
        var alias = Alias.Of(local);
        if (aliases.Find(alias) is null)
            aliases.Remember(alias, local);
        return ContactNames.TryJoin(alias, mailbox.Domain, form, domains.Component, out jid)
            || ContactNames.TryJoin(alias, ascii, form, domains.Component, out jid)
            ? jid
            : throw new ArgumentException($"Not a mailbox: {mailbox}", nameof(mailbox));
    }

    /// <summary>What a JID on the component's domain stands for.</summary>
    public ContactLookup Contact(Jid jid)
    {
        if (jid.Domain != domains.Component)
            return new ContactLookup.Invalid("This address does not belong to the e-mail gateway.");
        if (jid.Local.Length == 0)
            return new ContactLookup.Gateway();
        if (!ContactNames.TrySplit(jid.Local, out var local, out var domain, out var form))
            return Invalid("This is not an e-mail address.");
        if (Alias.IsAlias(local))
        {
            if (aliases.Find(local) is not { } full)
                return Invalid("This short form of an e-mail address is not known here.");
            local = full;
        }
        if (!EmailAddress.TryParseForeign($"{LocalPart.Quote(local)}@{domain}", out var mailbox))
            return Invalid("This is not a valid e-mail address.");
        if (mailbox.IsLiteral)
            return Invalid("Mail to a bare IP address is not possible.");
        if (domain == domains.ComponentMail || domains.NestsComponent(local))
            return new ContactLookup.Invalid("This address leads back to the gateway itself. People on XMPP are reached at their own JID.");
        if (domains.XmppDomainOf(domain) is not null)
            return OwnUser(mailbox);
        return new ContactLookup.Mailbox(mailbox, form);
    }

    /// <summary>The mail address of an XMPP user: (a) of an own mail domain, else (b) of the component's domain.</summary>
    public EmailAddress MailAddressOf(Jid user) => users.ToMail(user);

    /// <summary>Who an SMTP recipient is. Policy that needs the store (who has written to whom) is not decided here.</summary>
    public RecipientLookup Recipient(EmailAddress address)
    {
        if (!domains.IsServed(address.Domain))
            return new RecipientLookup.Refused(RelayingDenied);
        if (UserNames.IsReserved(address.Local))
            return new RecipientLookup.Admins();
        if (domains.NestsComponent(address.Local))
            return new RecipientLookup.Refused(Nested);
        if (!users.TryRead(address, out var user, out var tag))
            return new RecipientLookup.Refused(UnknownUser);
        return MaySend(user) ? new RecipientLookup.User(user, tag) : new RecipientLookup.Refused(NotPermitted);
    }

    /// <summary>An address of a domain that we answer for.</summary>
    public bool IsServed(EmailAddress address) => IsServed(address.Domain);

    public bool IsServed(string mailDomain) => domains.IsServed(mailDomain);

    /// <summary>May this user send mail: a listed domain, or any with <c>*</c>.</summary>
    public bool MaySend(Jid user) =>
        user.Local.Length > 0 && user.Domain != domains.Component && (options.AnyUsers || IsListed(user.Domain));

    /// <summary>Listed by name, not only by <c>*</c>.</summary>
    public bool IsListed(string xmppDomain) => domains.IsListed(xmppDomain);

    /// <summary>Hosted by the server that we bind to.</summary>
    public bool IsLocal(string xmppDomain) => domains.IsLocal(xmppDomain);

    private ContactLookup OwnUser(EmailAddress mailbox)
    {
        if (UserNames.IsReserved(mailbox.Local) && options.Admins is [var admin, ..])
            return new ContactLookup.OwnUser(admin);
        return users.TryRead(mailbox, out var user, out _)
            ? new ContactLookup.OwnUser(user)
            : Invalid("Nobody on this server has this e-mail address.");
    }

    private ContactLookup.Invalid Invalid(string what) =>
        new($"{what} Write to name%domain@{domains.Component}, such as bob%mail.example@{domains.Component} for bob@mail.example.");
}
