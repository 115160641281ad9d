using System.Text;
using MimeKit;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;

namespace SmtpTransport.Tests.Gateway.Failures;

internal sealed class DeliveryReportTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 15, 0, 0, TimeSpan.Zero);

    private static ReportedMail Failed(string original = "From: bob@mail.test\r\nSubject: Hi\r\n\r\nText\r\n") => new()
    {
        Sender = EmailAddress.Parse("bob@mail.test"),
        Recipients = [new ReportedRecipient(EmailAddress.Parse("alice@example.org"), "rfc822;a@list.test", ReportedAction.Failed, "550 5.1.1 Mailbox unavailable")],
        Original = () => new MemoryStream(Encoding.UTF8.GetBytes(original)),
        EnvelopeId = "env 1",
        ReceivedAt = Now.AddHours(-1),
        RetriedUntil = Now.AddHours(47),
        Domain = "smtp.example",
        Hostname = "gw.example",
        MessageId = "dsn1@smtp.example",
        Now = Now,
    };

    private static MimeMessage Sent(ReportedMail failed)
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
            Diagnostic-Code: smtp; 550 5.1.1 Mailbox unavailable

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
            Recipients = [new ReportedRecipient(EmailAddress.Parse("älice@example.org"), null, ReportedAction.Failed, "550 5.7.1 Recipient does not accept this message")],
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
        var wait = new ReportedRecipient(EmailAddress.Parse("carol@example.org"), null, ReportedAction.Failed, "451 4.4.1 Recipient's XMPP server does not answer");

        using var report = Sent(failed with { Recipients = [failed.Recipients[0], wait] });

        var status = TextOf(((MultipartReport)report.Body!)[1]);
        Assert.That(status, Does.Contain("rfc822; alice@example.org").And.Contain("rfc822; carol@example.org"));
        Assert.That(status, Does.Contain("Status: 4.4.7\nDiagnostic-Code: smtp; 451 4.4.1 Recipient's XMPP server does not answer"));
    }

    [TestCase(ReportedAction.Delayed, "451 4.4.1 No answer", "Your mail is delayed", "Action: delayed\nStatus: 4.4.1\nDiagnostic-Code: smtp; 451 4.4.1 No answer\nWill-Retry-Until: Tue, 24 Nov 2026 14:00:00 +0000")]
    [TestCase(ReportedAction.Relayed, "250 2.0.0 Taken", "Your mail was handed on", "Action: relayed\nStatus: 2.0.0\nDiagnostic-Code: smtp; 250 2.0.0 Taken")]
    public void Not_every_report_is_of_a_failure(ReportedAction action, string reply, string subject, string fields)
    {
        using var report = Sent(Failed() with { Return = "FULL", Recipients = [new ReportedRecipient(EmailAddress.Parse("alice@example.org"), null, action, reply)] });
        var parts = (MultipartReport)report.Body!;

        Assert.That(report.Subject, Is.EqualTo(subject));
        Assert.That(TextOf(parts[1]), Does.Contain(fields));
        Assert.That(parts[2].ContentType.MimeType, Is.EqualTo("text/rfc822-headers"), "RET speaks of failures only");
    }

    [Test]
    public void A_failure_among_other_news_is_the_subject()
    {
        var failed = Failed();
        using var report = Sent(failed with { Recipients = [new ReportedRecipient(EmailAddress.Parse("carol@example.org"), null, ReportedAction.Relayed, "250 2.0.0 Taken"), failed.Recipients[0]] });

        Assert.That(report.Subject, Is.EqualTo("Undelivered mail returned to sender"));
        Assert.That(TextOf(((MultipartReport)report.Body!)[1]), Does.Contain("Action: relayed").And.Contain("Action: failed"));
    }

    [Test]
    public void A_mail_with_fields_beyond_ascii_comes_back_as_such()
    {
        using var report = Sent(Failed("From: bob@mail.test\r\nSubject: H\u00ef\r\n\r\nText\r\n"));

        Assert.That(((MultipartReport)report.Body!)[2].ContentType.MimeType, Is.EqualTo("message/global"));
    }

    [Test]
    public void Of_a_mail_that_is_gone_the_report_says_what_is_known()
    {
        using var report = Sent(Failed() with { Original = () => Stream.Null });

        Assert.That(TextOf(((MultipartReport)report.Body!)[1]), Does.Contain("Action: failed"));
    }
}
