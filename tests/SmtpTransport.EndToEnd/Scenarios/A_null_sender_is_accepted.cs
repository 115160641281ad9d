using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class A_null_sender_is_accepted(ServerKind server) : Scenario(server)
{
    [Test]
    public async Task A_machines_answer_is_delivered()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();

        var reply = await SmtpConversation.MailAsync(
            gateway.SmtpPort, "", alice.BareJid, Text.Mail("bob@mail.test", alice.BareJid, "Out of office", "I am away", "Auto-Submitted: auto-replied"));

        Assert.That(reply.Code, Is.EqualTo(250), reply.Text);
        await alice.MessageAsync("I am away");
    }

    [Test]
    public async Task A_delivery_report_that_we_did_not_ask_for_is_refused()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var report =
            $"From: MAILER-DAEMON@mail.test\r\nTo: {alice.BareJid}\r\nSubject: Undelivered\r\nMessage-ID: <{Text.Unique()}@mail.test>\r\nMIME-Version: 1.0\r\n" +
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n" +
            "--b\r\nContent-Type: text/plain\r\n\r\nIt failed.\r\n" +
            "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.test\r\n\r\nFinal-Recipient: rfc822; x@mail.test\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n";

        var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, "", alice.BareJid, report);

        Assert.That(reply.Text, Does.StartWith("550 5.7.1"));
        Assert.That(alice.Messages, Is.Empty);
    }
}
