using System.Text;
using MimeKit;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Failures;

internal sealed class DeliveryReportTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 15, 0, 0, TimeSpan.Zero);

    private static FailedDelivery Failed(string original = "From: bob@mail.test\r\nSubject: Hi\r\n\r\nText\r\n") => new()
    {
        Sender = EmailAddress.Parse("bob@mail.test"),
        Recipients = [new FailedRecipient(EmailAddress.Parse("alice@example.org"), "rfc822;a@list.test", new StanzaError(StanzaErrorType.Cancel, "service-unavailable"))],
        Original = () => new MemoryStream(Encoding.UTF8.GetBytes(original)),
        EnvelopeId = "env 1",
        ReceivedAt = Now.AddHours(-1),
        Domain = "smtp.example",
        Hostname = "gw.example",
        MessageId = "dsn1@smtp.example",
        Now = Now,
    };

    private static MimeMessage Sent(FailedDelivery failed)
    {
        var octets = new MemoryStream();
        using var report = DeliveryReport.Compose(failed);
        report.WriteTo(octets);
        octets.Position = 0;
        return MimeMessage.Load(octets);
    }

    private static string TextOf(MimeEntity part)
    {
        var octets = new MemoryStream();
        part.WriteTo(octets, contentOnly: true);
        return Encoding.UTF8.GetString(octets.ToArray()).ReplaceLineEndings("\n");
    }

    [Test]
    public void A_report_says_in_fields_what_failed_and_why()
    {
        using var report = Sent(Failed());
        var parts = (MultipartReport)report.Body!;

        Assert.That(report.From.ToString(), Does.Contain("MAILER-DAEMON@smtp.example"));
        Assert.That(report.To.ToString(), Is.EqualTo("bob@mail.test"));
        Assert.That(report.Headers["Auto-Submitted"], Is.EqualTo("auto-replied"));
        Assert.That(parts.ReportType, Is.EqualTo("delivery-status"));
        Assert.That(TextOf(parts[0]), Does.Contain("alice@example.org").And.Contain("550 5.1.1 Mailbox unavailable"));
        Assert.That(TextOf(parts[1]), Is.EqualTo("""
            Original-Envelope-Id: env 1
            Reporting-MTA: dns; gw.example
            Arrival-Date: Sun, 22 Nov 2026 14:00:00 +0000

            Original-Recipient: rfc822; a@list.test
            Final-Recipient: rfc822; alice@example.org
            Action: failed
            Status: 5.1.1
            Diagnostic-Code: x-xmpp; cancel service-unavailable

            """));
    }

    [Test]
    public void A_small_mail_comes_back_whole()
    {
        using var report = Sent(Failed());

        var returned = ((MultipartReport)report.Body!)[2];

        Assert.That(returned.ContentType.MimeType, Is.EqualTo("message/rfc822"));
        Assert.That(TextOf(returned), Is.EqualTo("From: bob@mail.test\nSubject: Hi\n\nText\n"));
    }

    [TestCase("HDRS", 10)]
    [TestCase(null, 60 * 1024)]
    [TestCase("FULL", 60 * 1024)]
    public void Of_a_large_mail_or_on_request_only_the_header_comes_back(string? wish, int size)
    {
        var failed = Failed("From: bob@mail.test\r\nSubject: Hi\r\n\r\n" + new string('x', size)) with { Return = wish };

        using var report = Sent(failed);

        var returned = ((MultipartReport)report.Body!)[2];
        Assert.That(returned.ContentType.MimeType, Is.EqualTo("text/rfc822-headers"));
        Assert.That(TextOf(returned).TrimEnd(), Is.EqualTo("From: bob@mail.test\nSubject: Hi"));
    }

    [Test]
    public void An_address_beyond_ascii_makes_it_an_international_report()
    {
        var failed = Failed() with
        {
            Recipients = [new FailedRecipient(EmailAddress.Parse("älice@example.org"), null, new StanzaError(StanzaErrorType.Cancel, "forbidden"))],
        };

        using var report = Sent(failed);
        var parts = (MultipartReport)report.Body!;

        Assert.That(parts[1].ContentType.MimeType, Is.EqualTo("message/global-delivery-status"));
        Assert.That(TextOf(parts[1]), Does.Contain("Final-Recipient: utf-8; älice@example.org").And.Contain("Status: 5.7.1"));
        Assert.That(parts[2].ContentType.MimeType, Is.EqualTo("message/global"));
    }

    [Test]
    public void What_a_client_said_cannot_add_a_field()
    {
        using var report = Sent(Failed() with { EnvelopeId = "x\r\nAction: delivered" });

        Assert.That(TextOf(((MultipartReport)report.Body!)[1]), Does.Contain("Original-Envelope-Id: x Action: delivered\n"));
    }

    [Test]
    public void All_failed_recipients_are_in_one_report()
    {
        var failed = Failed();
        var wait = new FailedRecipient(EmailAddress.Parse("carol@example.org"), null, new StanzaError(StanzaErrorType.Wait, "remote-server-timeout"));

        using var report = Sent(failed with { Recipients = [failed.Recipients[0], wait] });

        var status = TextOf(((MultipartReport)report.Body!)[1]);
        Assert.That(status, Does.Contain("rfc822; alice@example.org").And.Contain("rfc822; carol@example.org"));
        Assert.That(status, Does.Contain("Status: 4.4.7\nDiagnostic-Code: x-xmpp; wait remote-server-timeout"));
    }
}
