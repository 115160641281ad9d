using System.Text.Json.Nodes;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>Answers to mail over a list go to its author, unless the list says otherwise and is what it says.</summary>
internal sealed class A_mailing_list_is_answered(ServerKind server) : Scenario(server)
{
    private const string List = "dev@lists.test";

    [TestCase("dev-bounces@lists.test", $"Reply-To: {List}", List)]
    [TestCase("dev-bounces@lists.test", "X-None: 1", "bob@mail.test")]
    [TestCase("mallory@mail.test", $"Reply-To: {List}", "bob@mail.test")]
    public async Task By_whoever_the_chat_is_with(string sender, string header, string answered)
    {
        var dns = Keep(new FakeDns());
        dns.AddText("lists.test", "v=spf1 ip4:127.0.0.1 -all");
        dns.AddText("mail.test", "v=spf1 ip4:127.0.0.1 -all");
        var gateway = await StartGatewayAsync(configuration =>
        {
            configuration["Dns:Servers"] = new JsonArray($"127.0.0.1:{dns.Port}");
            configuration["Inbound:Dmarc"] = "mark";
        });
        var alice = await NewClientAsync();

        await SmtpConversation.MailAsync(gateway.SmtpPort, sender, alice.BareJid, Text.Mail(
            "Bob <bob@mail.test>", List, "[Dev] Idea", "What about this?", "List-Id: Dev <dev.lists.test>", $"List-Post: <mailto:{List}>", "Message-ID: <idea@mail.test>", header));
        var message = await alice.MessageAsync("What about this?");
        alice.SendMessage((string)message.Attribute("from")!, "I like it");
        var answer = await Sink.MailAsync("I like it");

        Assert.That(answer.Recipients, Is.EqualTo(new[] { answered }));
        Assert.That(answer.Parse().InReplyTo, Is.EqualTo("idea@mail.test"));
        Assert.That(message.Element("body")!.Value.Contains("[From Bob <bob@mail.test>]", StringComparison.Ordinal), Is.EqualTo(answered == List));
    }
}
