using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class The_log_follows_a_mail(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    [Test]
    public async Task By_one_id_from_its_first_command_to_its_delivery()
    {
        await using var dns = new FakeDns();
        var gateway = await StartGatewayAsync(configuration =>
        {
            configuration["Inbound:Dmarc"] = "mark";
            configuration["Dns:Servers"] = new System.Text.Json.Nodes.JsonArray($"127.0.0.1:{dns.Port}");
            configuration["Logging:LogLevel:SmtpTransport"] = "Debug";
        });
        var alice = await NewClientAsync();

        var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Hi", "followed"));
        await alice.MessageAsync("followed");
        var id = reply.Text.Split("queued as ")[1].Trim();
        await Patience.UntilAsync("it is logged", () => gateway.Log.Contains($"Mail {id} from {Bob} accepted", StringComparison.Ordinal));

        var lines = gateway.Log.Split('\n').Where(line => line.Contains(": Mail ", StringComparison.Ordinal)).ToList();
        Assert.That(lines, Has.All.Contains($": Mail {id}"));
        foreach (var step in new[] { $"begins, from {Bob}", "checked: ", $"delivered to {alice.BareJid}", $"accepted for {alice.BareJid}" })
            Assert.That(lines, Has.Exactly(1).Contains(step));
    }

    [Test]
    public async Task By_one_id_from_the_users_message_to_the_next_mail_server()
    {
        Sink.Answer("DOT", "451 4.3.0 Later", times: 1);
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();

        var stanzaId = alice.SendMessage(Contact(Bob), "followed, too");
        await Sink.MailAsync("followed, too");
        await Patience.UntilAsync("it is logged", () => gateway.Log.Contains($" delivered to {Bob}", StringComparison.Ordinal));

        var lines = gateway.Log.Split('\n').Where(line => line.Contains(": Mail ", StringComparison.Ordinal)).ToList();
        var accepted = lines.Single(line => line.Contains($"accepted as a draft, stanza {stanzaId}", StringComparison.Ordinal));
        var id = accepted.Split(": Mail ")[1].Split(' ')[0];
        Assert.That(lines, Has.All.Contains($": Mail {id}"));
        foreach (var step in new[] { $"from {alice.BareJid}", $"to {Bob} deferred: ", $"delivered to {Bob} by " })
            Assert.That(lines, Has.Exactly(1).Contains(step));
        Assert.That(gateway.Log, Does.Not.Contain("followed, too"), "Never a body.");
    }
}
