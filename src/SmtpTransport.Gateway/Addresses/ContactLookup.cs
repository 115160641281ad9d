using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Addresses;

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
