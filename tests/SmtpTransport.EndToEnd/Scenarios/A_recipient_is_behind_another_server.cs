using System.Text.Json.Nodes;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>Users of a second server, which ours reaches over its own link to it: their verdict comes after the pong.</summary>
internal sealed class A_recipient_is_behind_another_server(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";
    private const string Remote = "remote.test";

    private FakeDns dns = null!;

    protected override bool OwnServer => true;

    [Test]
    public async Task Mail_reaches_them_from_the_spool_and_their_answer_leaves_as_mail()
    {
        var gateway = await StartGatewayAsync(configuration => Allow(configuration, XmppServer.Domain, Remote));
        var dave = await NewRemoteClientAsync();

        var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, Mailbox(dave.BareJid), Text.Mail(Bob, Mailbox(dave.BareJid), "Hi", "from afar"));
        Assert.That(reply.Code, Is.EqualTo(250), reply.Text);
        var message = await dave.MessageAsync("from afar");
        Assert.That((string?)message.Attribute("from"), Is.EqualTo(Contact(Bob)));

        var answer = dave.SendMessage(Contact(Bob), "back home");
        var mail = await Sink.MailAsync("back home");
        Assert.That(mail.Parse().From.Mailboxes.Single().Address, Is.EqualTo(Mailbox(dave.BareJid)));
        Assert.That(dave.Received.All.Any(stanza => (string?)stanza.Attribute("id") == answer && (string?)stanza.Attribute("type") == "error"), Is.False);
    }

    [Test]
    public async Task A_refusal_comes_after_the_250_and_is_shown_by_queue_show()
    {
        var gateway = await StartGatewayAsync(configuration => Allow(configuration, XmppServer.Domain, Remote));
        await NewRemoteClientAsync();

        var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, Mailbox("ghost@" + Remote), Text.Mail(Bob, "ghost", "Hi", "nobody there"));

        Assert.That(reply.Code, Is.EqualTo(250), reply.Text);
        var (item, shown) = await FailedAsync(gateway);
        Assert.That(item, Does.Contain("550 5.1.1"));
        Assert.That(shown, Does.Contain("failed").And.Contain("550 5.1.1"));
        Assert.That(await gateway.PageAsync("/metrics"), Does.Match(@"smtptransport_late_refusals_total(\{[^}]*\})? 1"));
    }

    [Test]
    public async Task With_every_domain_allowed_strangers_receive_only_from_those_they_wrote_to()
    {
        var gateway = await StartGatewayAsync(configuration => Allow(configuration, "*"));
        var dave = await NewRemoteClientAsync();

        var unasked = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, Mailbox(dave.BareJid), Text.Mail(Bob, dave.BareJid, "Hi", "unasked"));
        dave.SendMessage(Contact(Bob), "do write to me");
        await Sink.MailAsync("do write to me");
        var asked = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, Mailbox(dave.BareJid), Text.Mail(Bob, dave.BareJid, "Hi", "here I am"));

        Assert.That(unasked.Text, Does.StartWith("550 5.7.1"));
        Assert.That(asked.Code, Is.EqualTo(250), asked.Text);
        await dave.MessageAsync("here I am");
        Assert.That(dave.Messages.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_domain_that_nobody_finds_is_a_late_refusal_too()
    {
        var gateway = await StartGatewayAsync(configuration => Allow(configuration, XmppServer.Domain, "nowhere.test"));

        var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, Mailbox("dave@nowhere.test"), Text.Mail(Bob, "dave", "Hi", "anybody?"));

        Assert.That(reply.Code, Is.EqualTo(250), reply.Text);
        var (item, shown) = await FailedAsync(gateway);
        Assert.That(item, Does.Contain("XMPP server"));
        Assert.That(shown, Does.Contain("XMPP server"));
    }

    protected override XmppServer NewServer()
    {
        dns = Keep(new FakeDns());
        var ours = Kind == ServerKind.Prosody ? new ProsodyServer(1) { Federation = dns } : (XmppServer)new EjabberdServer(1) { Federation = dns };
        dns.AddAddress("localhost", System.Net.IPAddress.Loopback);
        dns.AddXmppServer(XmppServer.Domain, ours.FederationPort);
        dns.AddXmppServer(ours.Slots[0].Domain, ours.FederationPort);
        return ours;
    }

    private static void Allow(GatewayConfiguration configuration, params string[] domains)
    {
        configuration["Xmpp:Users"] = new JsonArray([.. domains.Select(domain => JsonValue.Create(domain))]);
        configuration["Xmpp:LocalDomains"] = new JsonArray(XmppServer.Domain);
    }

    private string Mailbox(string jid) => Text.Contact(jid, Domain);

    private async Task<ChatClient> NewRemoteClientAsync()
    {
        var remote = Keep(new ProsodyServer(0) { Host = Remote, Federation = dns });
        dns.AddXmppServer(Remote, remote.FederationPort);
        await remote.StartAsync();
        return Keep(await Peers.Chat.LoginAsync(remote, await remote.AddUserAsync("dave")));
    }

    private static async Task<(string LastError, string Shown)> FailedAsync(GatewayProcess gateway)
    {
        System.Text.Json.JsonElement item = default;
        await Patience.UntilAsync("the refusal is recorded", async () =>
        {
            item = (await gateway.QueueAsync()).FirstOrDefault(item => item.GetProperty("lastError").GetString() is not null);
            return item.ValueKind != System.Text.Json.JsonValueKind.Undefined;
        }, TimeSpan.FromMinutes(1));
        var (_, shown) = await gateway.RunAsync("queue", "show", item.GetProperty("id").GetString()!);
        return (item.GetProperty("lastError").GetString()!, shown);
    }
}
