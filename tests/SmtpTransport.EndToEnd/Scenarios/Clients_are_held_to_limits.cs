using System.Net;
using System.Text.Json.Nodes;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class Clients_are_held_to_limits(ServerKind server) : Scenario(server)
{
    [TestCase("127.0.0.2", 550)]
    [TestCase("127.255.255.254", 250, Description = "what Spamhaus says to a public resolver is no listing")]
    [TestCase("192.0.2.1", 250, Description = "nor is a parked domain's address")]
    public async Task A_blocklist_is_believed_when_it_lists(string code, int expected)
    {
        var dns = Keep(new FakeDns());
        dns.AddAddress("1.0.0.127.bl.test", IPAddress.Parse(code));
        var gateway = await StartGatewayAsync(configuration =>
        {
            configuration["Inbound:Dnsbl"] = new JsonArray("bl.test");
            configuration["Dns:Servers"] = new JsonArray($"127.0.0.1:{dns.Port}");
        });

        var reply = await MailAsync(gateway, "bob@mail.test", await NewUserAsync());

        Assert.That(reply.Code, Is.EqualTo(expected), reply.Text);
        if (expected == 550)
            Assert.That(reply.Text, Is.EqualTo("550 5.7.1 Your address [127.0.0.1] is listed by bl.test"));
    }

    [Test]
    public async Task Nobody_mails_without_end_loopback_included()
    {
        var gateway = await StartGatewayAsync(configuration => configuration["Inbound:MailsPerMinute"] = 2);
        var alice = await NewUserAsync();
        var replies = new List<Reply>();

        // A new minute may begin on the way, once.
        while (replies.Count < 6 && replies.LastOrDefault()?.Code != 421)
            replies.Add(await MailAsync(gateway, "bob@mail.test", alice));

        Assert.That(replies[^1].Text, Does.StartWith("421 4.7.0"));
        Assert.That(replies[..2].Select(reply => reply.Code), Is.All.EqualTo(250));
    }

    [Test]
    public async Task But_those_that_are_trusted_and_they_are_refused_nothing()
    {
        var dns = Keep(new FakeDns());
        dns.AddAddress("1.0.0.127.bl.test", IPAddress.Parse("127.0.0.2"));
        dns.AddText("reject.test", "v=spf1 -all");
        dns.AddText("_dmarc.reject.test", "v=DMARC1; p=reject");
        dns.AddText("good.test", "v=spf1 ip4:127.0.0.1 -all");
        var gateway = await StartGatewayAsync(configuration =>
        {
            configuration["Inbound:Dmarc"] = "enforce";
            configuration["Inbound:MailsPerMinute"] = 1;
            configuration["Inbound:Dnsbl"] = new JsonArray("bl.test");
            configuration["Inbound:TrustedNetworks"] = new JsonArray("127.0.0.0/8");
            configuration["Smtp:MaxConnectionsPerAddress"] = 1;
            configuration["Dns:Servers"] = new JsonArray($"127.0.0.1:{dns.Port}");
        });
        var alice = await NewClientAsync();
        await using var open = await SmtpConversation.OpenAsync(gateway.SmtpPort);

        foreach (var (from, line) in new[]
        {
            ("bob@reject.test", "[Warning: this mail may not be from bob@reject.test]"),
            ("bob@good.test", "[Sender not verified]"),
            ("bob@silent.test", "[Sender not verified]"),
        })
        {
            Assert.That((await MailAsync(gateway, from, alice.BareJid)).Code, Is.EqualTo(250), from);
            await Patience.UntilAsync($"{from} is marked", () => alice.Messages.Any(message => message.Element("body")!.Value.Contains(line, StringComparison.Ordinal)
                && ((string)message.Attribute("from")!).StartsWith(from.Replace('@', '%'), StringComparison.Ordinal)));
        }
    }

    /// <summary>Without a goodbye: who is told 421 cannot say one.</summary>
    private static async Task<Reply> MailAsync(GatewayProcess gateway, string from, string to)
    {
        await using var conversation = await SmtpConversation.OpenAsync(gateway.SmtpPort);
        return await conversation.MailAsync(from, [to], Text.Mail(from, to, "Hi", Text.Unique()));
    }
}
