using System.Text;
using MimeKit;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>Composes the notice that a mail was displayed (RFC 8098 §3), to be sent with a null reverse path. Pure.</summary>
/// <param name="From">The user's mail address.</param>
/// <param name="To">Who asked.</param>
/// <param name="Displayed">The Message-ID of the mail.</param>
/// <param name="MessageId">The notice's own, without angle brackets.</param>
internal sealed record ReadReceiptMail(EmailAddress From, EmailAddress To, string Displayed, string Subject, string MessageId, string Hostname, DateTimeOffset Now)
{
    private const int MaxSubject = 300;

    /// <summary>A program says so, with its user's leave: RFC 8098 §3.2.6.</summary>
    private const string Disposition = "manual-action/MDN-sent-automatically; displayed";

    public MimeMessage Compose()
    {
        var subject = PlainText.OneLine(Subject, MaxSubject);
        var mail = new MimeMessage
        {
            Date = Now,
            MessageId = MessageId,
            Subject = $"Read: {subject}",
            Body = new MultipartReport("disposition-notification") { Explanation(subject), Notification() },
        };
        ((Multipart)mail.Body).Boundary = $"=_{MessageId.Split('@')[0]}";
        mail.From.Add(new MailboxAddress("", From.ToAscii()));
        mail.To.Add(new MailboxAddress("", To.ToAscii()));
        if (MessageIdText.Clean(Displayed) is { Length: > 0 } id)
        {
            mail.Headers.Add(HeaderId.InReplyTo, $"<{id}>");
            mail.Headers.Add(HeaderId.References, $"<{id}>");
        }

        mail.Headers.Add("Auto-Submitted", "auto-replied"); // RFC 3834 §5
        mail.Prepare(EncodingConstraint.SevenBit);
        return mail;
    }

    private TextPart Explanation(string subject)
    {
        var text = new TextPart("plain");
        text.SetText(Encoding.UTF8, $"Your mail{(subject.Length > 0 ? $" \"{subject}\"" : "")} was displayed to {From}.\r\n\r\nThat says nothing of whether it was understood.\r\n");
        return text;
    }

    private MessageDispositionNotification Notification()
    {
        var notification = new MessageDispositionNotification();
        notification.Fields.Add("Reporting-UA", $"{PlainText.OneLine(Hostname, 200)}; SmtpTransport");
        notification.Fields.Add("Final-Recipient", $"rfc822; {From.ToAscii()}");
        if (MessageIdText.Clean(Displayed) is { Length: > 0 } id)
            notification.Fields.Add("Original-Message-ID", $"<{id}>");
        notification.Fields.Add("Disposition", Disposition);
        return notification;
    }
}
