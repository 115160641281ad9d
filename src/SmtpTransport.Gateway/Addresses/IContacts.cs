using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Addresses;

/// <summary>What a user and a mailbox know of each other.</summary>
public interface IContacts
{
    /// <summary>Null when they have never exchanged anything.</summary>
    Contact? Find(Jid owner, EmailAddress mailbox);
}

/// <param name="Spelling">The local part as the correspondent last wrote it: SMTP local parts are case-sensitive (RFC 5321 §2.4).</param>
/// <param name="Form">How the user last spelled the contact's JID.</param>
/// <param name="Name">Last display name seen, or empty.</param>
/// <param name="Heard">The user has received mail from there.</param>
/// <param name="Written">The user has written there.</param>
public sealed record Contact(string Spelling, ContactForm Form, string Name, bool Heard, bool Written)
{
    /// <summary>Has sent a reaction (RFC 9078), and so understands them.</summary>
    public bool Reacts { get; init; }
}
