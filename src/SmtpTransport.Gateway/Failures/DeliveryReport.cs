using System.Globalization;
using System.Text;
using MimeKit;
using MimeKit.Utils;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Text;

namespace SmtpTransport.Gateway.Failures;

/// <summary>Composes a delivery status notification (RFC 3464), to be sent with a null reverse path (RFC 3461 §6.1).</summary>
public static class DeliveryReport
{
    private const int MaxReturned = 50 * 1024;
    private const int MaxReply = 500;

    /// <summary>One report for all recipients of one mail of which there is something to say.</summary>
    public static MimeMessage Compose(ReportedMail mail)
    {
        var international = mail.Sender.NeedsSmtpUtf8
            || mail.Recipients.Any(recipient => recipient.Address.NeedsSmtpUtf8 || !Ascii.IsValid(recipient.Original ?? ""));
        var report = new MimeMessage
        {
            Subject = Subject(mail),
            Date = mail.Now,
            MessageId = mail.MessageId,
            Body = new MultipartReport("delivery-status")
            {
                Explanation(mail),
                Status(mail, international),
                Returned(mail, international),
            },
        };
        report.From.Add(new MailboxAddress("Mail Delivery System", $"MAILER-DAEMON@{mail.Domain}"));
        report.To.Add(new MailboxAddress("", mail.Sender.NeedsSmtpUtf8 ? mail.Sender.ToString() : mail.Sender.ToAscii()));
        report.Headers.Add("Auto-Submitted", "auto-replied"); // RFC 3834 §5
        return report;
    }

    /// <summary>The worst there is to say.</summary>
    private static string Subject(ReportedMail mail) => mail.Recipients.Min(recipient => recipient.Action) switch
    {
        ReportedAction.Failed => "Undelivered mail returned to sender",
        ReportedAction.Delayed => "Your mail is delayed",
        _ => "Your mail was handed on",
    };

    private static TextPart Explanation(ReportedMail mail)
    {
        var text = new StringBuilder($"Your mail was received by {mail.Hostname}.\r\n");
        foreach (var recipients in mail.Recipients.GroupBy(recipient => recipient.Action).OrderBy(group => group.Key))
        {
            text.Append("\r\n").Append(recipients.Key switch
            {
                ReportedAction.Failed => "It could not be handed on to these recipients, and will not be tried again:",
                ReportedAction.Delayed => string.Create(
                    CultureInfo.InvariantCulture,
                    $"It has not reached these recipients yet. You need do nothing: it is tried again until {mail.RetriedUntil:yyyy-MM-dd HH:mm} UTC."),
                _ => "It was handed on to the chat server of these recipients, which sends no reports of its own:",
            }).Append("\r\n\r\n");
            foreach (var recipient in recipients)
                text.Append(CultureInfo.InvariantCulture, $"  {recipient.Address}\r\n    {PlainText.OneLine(recipient.Reply, MaxReply)}\r\n");
        }

        text.Append("\r\nYour mail, or its header, is attached.\r\n");
        var part = new TextPart("plain");
        part.SetText(Encoding.UTF8, text.ToString());
        return part;
    }

    /// <summary>RFC 3464 §2; as UTF-8 by RFC 6533 §3 when an address needs it.</summary>
    private static MimePart Status(ReportedMail mail, bool international)
    {
        var fields = new StringBuilder();
        Field(fields, "Original-Envelope-Id", mail.EnvelopeId);
        Field(fields, "Reporting-MTA", $"dns; {mail.Hostname}");
        Field(fields, "Arrival-Date", DateUtils.FormatDate(mail.ReceivedAt));
        foreach (var recipient in mail.Recipients)
        {
            fields.Append("\r\n");
            Field(fields, "Original-Recipient", Typed(recipient.Original));
            Field(fields, "Final-Recipient", recipient.Address.NeedsSmtpUtf8 ? $"utf-8; {recipient.Address}" : $"rfc822; {recipient.Address.ToAscii()}");
            Field(fields, "Action", Name(recipient.Action));
            Field(fields, "Status", Status(recipient));
            Field(fields, "Diagnostic-Code", $"smtp; {recipient.Reply}");
            if (recipient.Action == ReportedAction.Delayed)
                Field(fields, "Will-Retry-Until", DateUtils.FormatDate(mail.RetriedUntil)); // RFC 3464 §2.3.9
        }

        return new MimePart("message", international ? "global-delivery-status" : "delivery-status")
        {
            Content = new MimeContent(new MemoryStream(Encoding.UTF8.GetBytes(fields.ToString()))),
            ContentTransferEncoding = international ? ContentEncoding.EightBit : ContentEncoding.SevenBit,
        };
    }

    /// <summary>RFC 3461 §6.2: the whole when it is small and was not asked to be left out, else the header.</summary>
    private static MimePart Returned(ReportedMail mail, bool international)
    {
        using var original = mail.Original();

        // RFC 3461 §4.3: RET speaks of failures; any other report has the header alone.
        var whole = original.Length <= MaxReturned && mail.Return != "HDRS" && mail.Recipients.Any(recipient => recipient.Action == ReportedAction.Failed);
        var octets = new byte[Math.Min(original.Length, MaxReturned)];
        original.ReadExactly(octets);
        var header = octets.AsSpan(0, HeaderLength(octets));
        var part = (whole, international || !Ascii.IsValid(header)) switch
        {
            (true, false) => new MimePart("message", "rfc822"),
            (true, true) => new MimePart("message", "global"),
            (false, false) => new MimePart("text", "rfc822-headers"),
            (false, true) => new MimePart("message", "global-headers"),
        };
        octets = whole ? octets : header.ToArray();
        part.Content = new MimeContent(new MemoryStream(octets));
        part.ContentTransferEncoding = Ascii.IsValid(octets) ? ContentEncoding.SevenBit : ContentEncoding.EightBit;
        return part;
    }

    private static int HeaderLength(ReadOnlySpan<byte> mail) =>
        mail.IndexOf("\r\n\r\n"u8) is var end and >= 0 ? end + 2
        : mail.LastIndexOf((byte)'\n') + 1;

    private static void Field(StringBuilder fields, string name, string? value)
    {
        if (value is not null && PlainText.OneLine(value, 900) is { Length: > 0 } line)
        {
            fields.Append(name).Append(": ").Append(line).Append("\r\n");
        }
    }

    // RFC 3461 §4.2: "rfc822;bob@mail.test"
    private static string? Typed(string? original) =>
        original?.IndexOf(';') is int end and > 0 ? $"{original[..end]}; {original[(end + 1)..].Trim()}" : null;

    private static string Name(ReportedAction action) => action switch
    {
        ReportedAction.Failed => "failed",
        ReportedAction.Delayed => "delayed",
        _ => "relayed",
    };

    /// <summary>RFC 3463 §3.5: what has failed for now until we gave up has expired.</summary>
    private static string Status(ReportedRecipient recipient)
    {
        var words = recipient.Reply.Split(' ', 3);
        var status = words.Length > 1 && words[1].Length >= 5 && words[1][1] == '.' ? words[1] : "";
        return recipient.Action switch
        {
            ReportedAction.Failed => status.StartsWith('5') ? status : "4.4.7",
            ReportedAction.Delayed => status.StartsWith('4') ? status : "4.0.0",
            _ => "2.0.0",
        };
    }
}
