using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>The next server takes a mail, the one behind it does not, and a real Postfix between them sends the report.</summary>
internal sealed class A_mail_comes_back(ServerKind server) : Scenario(server)
{
    private static readonly XElement ReceiptWish = new(Names.Receipts + "request");

    [SetUp]
    public void Postfix_can_run() => Assume.That(PostfixServer.IsPossible, "Postfix needs root");

    [Test]
    public async Task As_an_error_on_the_very_message()
    {
        Sink.Answer("RCPT", "550 5.1.1 Nobody of that name here, sorry", containing: "nobody@");
        await StartAsync();
        var alice = await NewClientAsync();

        alice.SendMessage(Contact("bob@mail.test"), "this one arrives");
        var id = alice.SendMessage(Contact("nobody@mail.test"), "this one does not", ReceiptWish);

        await alice.ReceiptAsync(id);
        var stanza = await alice.ErrorAsync(id);
        var (type, condition, words) = Text.Error(stanza);
        Assert.Multiple(() =>
        {
            Assert.That((type, condition), Is.EqualTo(("cancel", "item-not-found")));
            Assert.That(words, Does.StartWith("In spite of the receipt").And.Contain("550 5.1.1").And.Contain("Nobody of that name here, sorry"));
            Assert.That((string?)stanza.Attribute("from"), Is.EqualTo(Contact("nobody@mail.test")));
        });
        var arrived = await Sink.MailAsync("this one arrives");
        Assert.That(arrived.Sender, Does.Match("^b\\+[0-9a-z]+@xmpp\\.test$"));
        Assert.That(alice.Messages, Is.Empty, "the report itself is no message");
    }

    [Test]
    public async Task After_a_restart_and_when_the_user_has_left_as_a_message_that_replies()
    {
        var refusal = Sink.Answer("RCPT", "451 4.2.0 Not yet", containing: "slow@");
        Sink.Answer("RCPT", "552 5.2.2 Mailbox full", containing: "slow@");
        var (gateway, postfix) = await StartAsync();
        var user = await NewUserAsync();
        var laptop = await LoginAsync(user, "laptop");

        var id = laptop.SendMessage(Contact("slow@mail.test"), "take your time", ReceiptWish);
        await laptop.ReceiptAsync(id);
        await Patience.UntilAsync("the mail waits at Postfix", () => refusal.Left < int.MaxValue);
        await gateway.StopAsync();
        await laptop.LogoutAsync();
        var phone = await LoginAsync(user);
        refusal.Left = 0;
        await Patience.UntilAsync("Postfix has given up", () => postfix.Log.Contains("status=bounced", StringComparison.Ordinal), TimeSpan.FromMinutes(1), () => postfix.Log);
        await gateway.StartAsync();

        var notice = await phone.MessageAsync("Mailbox full");
        Assert.That((string?)notice.Attribute("from"), Does.StartWith(Contact("slow@mail.test")));
        Assert.That((string?)notice.Element(XName.Get("reply", "urn:xmpp:reply:0"))?.Attribute("id"), Is.EqualTo(id));
    }

    [Test]
    public async Task A_forged_report_is_refused()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        alice.SendMessage(Contact("bob@mail.test"), "on its way");
        var path = (await Sink.MailAsync("on its way")).Sender;
        var forged = path[..2] + (path[2] == '7' ? '8' : '7') + path[3..];

        var toUser = await SmtpConversation.MailAsync(gateway.SmtpPort, "", alice.BareJid, Report(alice.BareJid));
        var toForged = await SmtpConversation.MailAsync(gateway.SmtpPort, "", forged, Report(forged));
        var genuine = await SmtpConversation.MailAsync(gateway.SmtpPort, "", path.ToUpperInvariant(), Report(path));

        Assert.That(new[] { toUser.Text, toForged.Text }, Has.All.StartsWith("550 5.7.1"));
        Assert.That(genuine.Code, Is.EqualTo(250));
        Assert.That(alice.Messages, Is.Empty);
    }

    private async Task<(GatewayProcess Gateway, PostfixServer Postfix)> StartAsync()
    {
        var gateway = NewGateway();
        var postfix = Keep(new PostfixServer
        {
            Transports = { [XmppServer.Domain] = $"smtp:[127.0.0.1]:{gateway.SmtpPort}", ["mail.test"] = $"smtp:[127.0.0.1]:{Sink.Port}" },
        });
        await postfix.StartAsync();
        gateway.Configuration["Delivery:Relay"] = $"smtp://127.0.0.1:{postfix.Port}";
        gateway.Configuration.Save();
        await gateway.StartAsync();
        return (gateway, postfix);
    }

    private static string Report(string to) =>
        $"From: mailer-daemon@mail.test\r\nTo: {to}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        + "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.mail.test\r\n\r\n"
        + "Final-Recipient: rfc822; bob@mail.test\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 Forged words\r\n--b--\r\n";
}
