using System.Globalization;
using System.Text;
using MimeKit;
using MimeKit.Utils;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Failures;

/// <summary>Composes a delivery status notification (RFC 3464), to be sent with a null reverse path (RFC 3461 §6.1).</summary>
public static class DeliveryReport
{
    private const int MaxReturned = 50 * 1024;

    /// <summary>One report for all failed recipients of one mail.</summary>
    public static MimeMessage Compose(FailedDelivery failed)
    {
        var international = failed.Sender.NeedsSmtpUtf8 || failed.Recipients.Any(recipient => recipient.Address.NeedsSmtpUtf8);
        var report = new MimeMessage
        {
            Subject = "Undelivered mail returned to sender",
            Date = failed.Now,
            MessageId = failed.MessageId,
            Body = new MultipartReport("delivery-status")
            {
                Explanation(failed),
                Status(failed, international),
                Returned(failed, international),
            },
        };
        report.From.Add(new MailboxAddress("Mail Delivery System", $"MAILER-DAEMON@{failed.Domain}"));
        report.To.Add(new MailboxAddress("", failed.Sender.NeedsSmtpUtf8 ? failed.Sender.ToString() : failed.Sender.ToAscii()));
        report.Headers.Add("Auto-Submitted", "auto-replied"); // RFC 3834 §5
        return report;
    }

    private static TextPart Explanation(FailedDelivery failed)
    {
        var text = new StringBuilder($"Your mail was received by {failed.Hostname}, but it could not be handed on to:\r\n\r\n");
        foreach (var recipient in failed.Recipients)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {recipient.Address}\r\n    {FailureMap.ToReply(recipient.Error)}\r\n");
        }

        text.Append("\r\nIt will not be tried again. Your mail, or its header, is attached.\r\n");
        var part = new TextPart("plain");
        part.SetText(Encoding.UTF8, text.ToString());
        return part;
    }

    /// <summary>RFC 3464 §2; as UTF-8 by RFC 6533 §3 when an address needs it.</summary>
    private static MimePart Status(FailedDelivery failed, bool international)
    {
        var fields = new StringBuilder();
        Field(fields, "Original-Envelope-Id", failed.EnvelopeId);
        Field(fields, "Reporting-MTA", $"dns; {failed.Hostname}");
        Field(fields, "Arrival-Date", DateUtils.FormatDate(failed.ReceivedAt));
        foreach (var recipient in failed.Recipients)
        {
            fields.Append("\r\n");
            Field(fields, "Original-Recipient", Typed(recipient.OriginalRecipient));
            Field(fields, "Final-Recipient", recipient.Address.NeedsSmtpUtf8 ? $"utf-8; {recipient.Address}" : $"rfc822; {recipient.Address.ToAscii()}");
            Field(fields, "Action", "failed");
            Field(fields, "Status", FailureMap.ToReply(recipient.Error).Enhanced is var status && status[0] == '5' ? status : "4.4.7");
            Field(fields, "Diagnostic-Code", Diagnosis(recipient.Error));
        }

        return new MimePart("message", international ? "global-delivery-status" : "delivery-status")
        {
            Content = new MimeContent(new MemoryStream(Encoding.UTF8.GetBytes(fields.ToString()))),
            ContentTransferEncoding = international ? ContentEncoding.EightBit : ContentEncoding.SevenBit,
        };
    }

    /// <summary>RFC 3461 §6.2: the whole when it is small and was not asked to be left out, else the header.</summary>
    private static MimePart Returned(FailedDelivery failed, bool international)
    {
        using var original = failed.Original();
        var whole = original.Length <= MaxReturned && failed.Return != "HDRS";
        var octets = new byte[Math.Min(original.Length, MaxReturned)];
        original.ReadExactly(octets);
        octets = whole ? octets : octets[..HeaderLength(octets)];
        var part = (whole, international) switch
        {
            (true, false) => new MimePart("message", "rfc822"),
            (true, true) => new MimePart("message", "global"),
            (false, false) => new MimePart("text", "rfc822-headers"),
            (false, true) => new MimePart("message", "global-headers"),
        };
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

    private static string Diagnosis(StanzaError error)
    {
#pragma warning disable CA1308 // names of error types are lower case (RFC 6120 §8.3.2)
        return $"x-xmpp; {error.Type.ToString().ToLowerInvariant()} {error.Condition}";
#pragma warning restore CA1308
    }
}
