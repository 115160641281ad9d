using System.Text.Json.Nodes;
using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class Senders_are_checked(ServerKind server) : Scenario(server)
{
    private static readonly XName Notice = XNamespace.Get("urn:smtp-transport:sender:0") + "sender";

    private FakeDns dns = null!;

    [SetUp]
    public void Publish()
    {
        dns = Keep(new FakeDns());
        dns.AddText("good.test", "v=spf1 ip4:127.0.0.1 -all");
        dns.AddText("_dmarc.good.test", "v=DMARC1; p=reject");
        foreach (var policy in new[] { "reject", "quarantine" })
        {
            dns.AddText($"{policy}.test", "v=spf1 -all");
            dns.AddText($"_dmarc.{policy}.test", $"v=DMARC1; p={policy}");
        }

        dns.AddText("closed.test", "v=spf1 -all");
    }

    [Test]
    public async Task The_owner_of_the_domain_in_From_is_obeyed()
    {
        var gateway = await StartAsync("enforce");
        var alice = await NewClientAsync();

        var refused = await MailAsync(gateway, "bob@reject.test", alice, "forged");
        Assert.That(refused.Code, Is.EqualTo(550));
        Assert.That(refused.Text, Does.Contain("5.7.26"));

        Assert.That(await BodyAsync(gateway, "bob@good.test", alice), Is.EqualTo("Hi\n\n{0}"), "a mail that passes carries no decoration");
        Assert.That(await BodyAsync(gateway, "bob@quarantine.test", alice), Is.EqualTo("Hi\n\n[Warning: this mail may not be from bob@quarantine.test]\n\n{0}"));
        Assert.That(await BodyAsync(gateway, "bob@closed.test", alice), Is.EqualTo("Hi\n\n[Warning: this mail may not be from bob@closed.test]\n\n{0}"));
        Assert.That(await BodyAsync(gateway, "bob@silent.test", alice), Is.EqualTo("Hi\n\n[Sender not verified]\n\n{0}"));
        Assert.That(alice.Messages.Any(message => message.Element("body")!.Value.Contains("forged", StringComparison.Ordinal)), Is.False);
        Assert.That(alice.Messages.Select(message => (string?)message.Element(Notice)?.Attribute("standing")), Is.EqualTo(new[] { "verified", "doubtful", "doubtful", "unverified" }));
    }

    [Test]
    public async Task Or_only_marked()
    {
        var gateway = await StartAsync("mark");
        var alice = await NewClientAsync();
        Assert.That(await BodyAsync(gateway, "bob@reject.test", alice), Does.Contain("[Warning: this mail may not be from bob@reject.test]"));
    }

    [Test]
    public async Task Or_left_alone()
    {
        var gateway = await StartAsync("off");
        var alice = await NewClientAsync();
        Assert.That(await BodyAsync(gateway, "bob@reject.test", alice), Is.EqualTo("Hi\n\n{0}"));
    }

    private Task<GatewayProcess> StartAsync(string mode) => StartGatewayAsync(configuration =>
    {
        configuration["Inbound:Dmarc"] = mode;
        configuration["Dns:Servers"] = new JsonArray($"127.0.0.1:{dns.Port}");
    });

    private static Task<Reply> MailAsync(GatewayProcess gateway, string from, ChatClient to, string body) =>
        SmtpConversation.MailAsync(gateway.SmtpPort, from, to.BareJid, Text.Mail(from, to.BareJid, "Hi", body));

    /// <summary>What the reader sees, with a place for the words of the mail itself.</summary>
    private static async Task<string> BodyAsync(GatewayProcess gateway, string from, ChatClient to)
    {
        var word = Text.Unique();
        var reply = await MailAsync(gateway, from, to, word);
        Assert.That(reply.Code, Is.EqualTo(250), reply.Text);
        return (await to.MessageAsync(word)).Element("body")!.Value.Replace(word, "{0}", StringComparison.Ordinal);
    }
}
