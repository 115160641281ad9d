using System.Globalization;
using MimeKit;
using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Whose contact a mail belongs to: its author, not whoever handed it over.</summary>
internal static class MailAuthor
{
    /// <summary>From; else Sender, else the reverse-path; a mail of nobody comes from our own mailer-daemon.</summary>
    public static EmailAddress Of(MimeMessage mail, EmailAddress? reversePath, string hostname)
    {
        foreach (var mailbox in mail.From.Mailboxes.Append(mail.Sender).OfType<MailboxAddress>())
            if (EmailAddress.TryParseForeign(mailbox.Address, out var address) && !address.IsLiteral)
                return address;
        return reversePath is { IsLiteral: false } path ? path : EmailAddress.Parse("mailer-daemon@" + hostname.ToLower(CultureInfo.InvariantCulture));
    }
}
