using System.Text.Json.Nodes;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>deploy/ as an operator gets it: the XMPP server's configuration, and the gateway's.</summary>
internal sealed class The_ready_configurations_work(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    protected override bool OwnServer => true;

    protected override XmppServer NewServer() => Kind == ServerKind.Ejabberd
        ? new EjabberdServer(1) { Host = "example.org", AsShipped = true }
        : new ProsodyServer(1) { Host = "example.org", AsShipped = true };

    [Test]
    public async Task Mail_passes_both_ways_and_files_may_be_uploaded()
    {
        await using var dns = new FakeDns();
        var configuration = GatewayConfiguration.Shipped(WorkFolder.Create("gateway"), Slot, Sink.Port);
        configuration["Dns:Servers"] = new JsonArray($"127.0.0.1:{dns.Port}");
        var gateway = NewGateway(configuration);
        await gateway.StartAsync();
        var alice = await NewClientAsync();

        var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Hi", "as shipped"));
        Assert.That(reply.Code, Is.EqualTo(250), reply.Text);
        await alice.MessageAsync("as shipped");
        alice.SendMessage(Contact(Bob), "and back");
        await Sink.MailAsync("and back");
        await Patience.UntilAsync("the upload service is known", () => gateway.Log.Contains("Files of mails go to the upload service upload.example.org, up to 26214400 octets", StringComparison.Ordinal));
        Assert.That(gateway.Log, Does.Not.Contain("takes no files from the gateway"));
    }
}
