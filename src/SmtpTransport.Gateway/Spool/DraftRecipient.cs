using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.Spool;

/// <summary>The numbers are kept in the database.</summary>
public enum RecipientRole
{
    To = 0,
    Cc = 1,

    /// <summary>No header names it.</summary>
    Bcc = 2,
}

/// <param name="Address">Spelled as it is to be sent.</param>
/// <param name="Form">How the user spelled the contact's JID, to answer in kind.</param>
public sealed record DraftRecipient(EmailAddress Address, ContactForm Form, RecipientRole Role = RecipientRole.To);
