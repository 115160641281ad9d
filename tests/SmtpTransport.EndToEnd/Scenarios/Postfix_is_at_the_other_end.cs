using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class Postfix_is_at_the_other_end(ServerKind server) : Scenario(server)
{
    [SetUp]
    public void Postfix_can_run() => Assume.That(PostfixServer.IsPossible, "Postfix needs root");

    [Test]
    public async Task Mail_from_Postfix_arrives_in_chat()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var postfix = Keep(new PostfixServer { Transports = { [XmppServer.Domain] = $"smtp:[127.0.0.1]:{gateway.SmtpPort}" } });
        await postfix.StartAsync();

        await SmtpConversation.MailAsync(postfix.Port, "bob@mail.test", alice.BareJid, Text.Mail("bob@mail.test", alice.BareJid, "Hi", "through Postfix"));

        await alice.MessageAsync("through Postfix");
        await Patience.UntilAsync("Postfix has its 250", () => postfix.Log.Contains("status=sent (250 ", StringComparison.Ordinal));
    }

    [Test]
    public async Task An_unknown_user_bounces_at_Postfix_and_not_at_us()
    {
        var gateway = await StartGatewayAsync();
        var postfix = Keep(new PostfixServer
        {
            Transports = { [XmppServer.Domain] = $"smtp:[127.0.0.1]:{gateway.SmtpPort}", ["mail.test"] = $"smtp:[127.0.0.1]:{Sink.Port}" },
        });
        await postfix.StartAsync();

        await SmtpConversation.MailAsync(postfix.Port, "bob@mail.test", "ghost@xmpp.test", Text.Mail("bob@mail.test", "ghost@xmpp.test", "Hi", "hello?"));

        var bounce = await Sink.MailAsync("ghost@xmpp.test");
        Assert.That(bounce.Sender, Is.Empty);
        Assert.That(bounce.Text, Does.Contain("550 5.1.1"));
    }

    [Test]
    public async Task A_message_leaves_through_Postfix()
    {
        var postfix = Keep(new PostfixServer { Parameters = { ["relayhost"] = $"[127.0.0.1]:{Sink.Port}" } });
        await postfix.StartAsync();
        await StartGatewayAsync(configuration => configuration["Delivery:Relay"] = $"smtp://127.0.0.1:{postfix.Port}");
        var alice = await NewClientAsync();

        var id = alice.SendMessage(Contact("bob@mail.test"), "out by Postfix", new System.Xml.Linq.XElement(Names.Receipts + "request"));

        await alice.ReceiptAsync(id);
        Assert.That((await Sink.MailAsync("out by Postfix")).Recipients, Is.EqualTo(new[] { "bob@mail.test" }));
    }

    [Test]
    public async Task Mail_from_swaks_arrives_too()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();

        var (exitCode, output) = await Command.RunAsync(
            "/usr/bin/swaks",
            "--server", $"127.0.0.1:{gateway.SmtpPort}", "--from", "bob@mail.test", "--to", alice.BareJid, "--helo", "client.mail.test", "--body", "from the Swiss Army Knife", "--pipeline");

        Assert.That(exitCode, Is.Zero, output);
        await alice.MessageAsync("from the Swiss Army Knife");
    }
}
