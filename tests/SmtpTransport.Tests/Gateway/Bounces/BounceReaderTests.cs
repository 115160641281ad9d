using System.Text;
using CsCheck;
using MimeKit;
using SmtpTransport.Gateway.Bounces;
using SmtpTransport.Gateway.MailToXmpp;

namespace SmtpTransport.Tests.Gateway.Bounces;

internal sealed class BounceReaderTests
{
    [Test]
    public void A_report_in_UTF8_names_addresses_beyond_ASCII()
    {
        var recipient = Read(
            "From: mailer-daemon@mail.test\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=global-delivery-status; boundary=b\n\n--b\n"
            + "Content-Type: text/plain\n\nSorry\n--b\nContent-Type: message/global-delivery-status\nContent-Transfer-Encoding: 8bit\n\nReporting-MTA: dns; mx\n\n"
            + "Original-Recipient: utf-8; j\\x{F6}rg@mail.test\nFinal-Recipient: utf-8; müller@mail.test\nAction: failed\nStatus: 5.1.1\n--b--\n")!.Recipients.Single();
        Assert.That(recipient.Addresses.Select(address => address.ToString()), Is.EqualTo(new[] { "jörg@mail.test", "müller@mail.test" }));
    }

    [Test]
    public void Each_recipient_of_a_report_has_a_result_of_its_own()
    {
        var bounce = Read(
            "From: mailer-daemon@mail.test\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
            + "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@mail.test\nAction: relayed\nStatus: 2.0.0\n\n"
            + "Final-Recipient: rfc822; b@mail.test\nAction: delayed\nStatus: 4.4.1\n\nFinal-Recipient: rfc822; <c@mail.test>\nAction: failed (at last)\nStatus: 5.0.0\n"
            + "Remote-MTA: dns; mx.far.test\nDiagnostic-Code: smtp; 552 5.2.2 Mailbox\n\tfull\n--b--\n")!;
        Assert.That(bounce.Recipients.Select(recipient => recipient.Action), Is.EqualTo(new[] { BounceAction.Succeeded, BounceAction.Delayed, BounceAction.Failed }));
        Assert.That((bounce.Recipients[2].Reply.ToString(), bounce.Recipients[2].Host), Is.EqualTo(("552 5.2.2 Mailbox full", "mx.far.test")));
    }

    [Test]
    public void A_bounce_in_plain_words_names_its_recipient_and_quotes_the_server()
    {
        var recipient = Read(
            "From: MAILER-DAEMON@mail.test\nSubject: failure notice\n\nHi. This is the qmail-send program at mail.test.\n"
            + "I'm afraid I wasn't able to deliver your message to the following addresses.\n\n<bob@mail.test>:\n192.0.2.1 does not like recipient.\n"
            + "Remote host said: 550 5.1.1 No such user\n\n--- Below this line is a copy of the message.\n\nReceived: from x\nTo: eve@mail.test\n")!.Recipients.Single();
        Assert.That(recipient.Addresses.Single().ToString(), Is.EqualTo("bob@mail.test"));
        Assert.That((recipient.Action, recipient.Reply.Code, recipient.Reply.Enhanced), Is.EqualTo((BounceAction.Failed, 550, "5.1.1")));
        Assert.That(recipient.Reply.Text, Does.Contain("No such user").And.Not.Contain("eve@"));
    }

    [TestCase("From: Bob <bob@mail.test>\nSubject: Delivery failed again!\n\nHi Alice, the parcel is late.\n")]
    [TestCase("From: postmaster@mail.test\nSubject: Maintenance\n\nOn Sunday the server rests.\n")]
    [TestCase("From: bob@mail.test\nSubject: Your mail\n\nI was unable to send you the file: 550 5.1.1 it said.\n")]
    [TestCase("From: bob@mail.test\nSubject: Automatic reply: Plan\nAuto-Submitted: auto-replied\n\nI am away.\n")]
    public void What_a_person_or_an_answering_machine_writes_is_none(string mail) => Assert.That(Read(mail), Is.Null);

    [Test]
    public void Any_octets_are_read_in_bounded_time()
    {
        const string Head = "From: mailer-daemon@mail.test\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
            + "Content-Type: message/delivery-status\r\n\r\n";
        string[] pieces = ["Final-Recipient: rfc822; ", "Action: failed", "\r\n", "\r\n\r\n", "Status: 5.", "5.5.5", "550-", "<a@b.test>", "\\x{", "}", ";", ":", " ", "\u00e9", "--b", "\0", "Diagnostic-Code: smtp; "];
        Gen.Int[0, pieces.Length - 1].List[0, 60].Select(parts => Head + string.Concat(parts.Select(part => pieces[part]))).Sample(text =>
        {
            foreach (var recipient in Read(text)?.Recipients ?? [])
                Assert.That(recipient.Reply.Text, Has.Length.LessThanOrEqualTo(400));
        });
        var endless = Head + string.Concat(Enumerable.Repeat("Final-Recipient: rfc822; a@b.test\r\n\r\n", 100_000)) + new string('5', 1_000_000);
        Assert.That(Read(endless)!.Recipients, Has.Count.LessThanOrEqualTo(101));
    }

    private static Bounce? Read(string mail)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n")));
        using MimeMessage message = MailFile.Load(stream);
        return BounceReader.Read(message);
    }
}
