using MimeKit;

namespace SmtpTransport.Mail.Delivery;

/// <summary>How addresses are spelled in MAIL and RCPT.</summary>
internal static class EnvelopeAddress
{
    /// <summary>An IDN alone goes as A-labels, so that it asks nobody for SMTPUTF8.</summary>
    public static string ToEnvelope(this EmailAddress address) => address.NeedsSmtpUtf8 ? address.ToString() : address.ToAscii();

    public static MailboxAddress ToMailbox(this EmailAddress? address) => new("", address?.ToEnvelope() ?? "");
}
