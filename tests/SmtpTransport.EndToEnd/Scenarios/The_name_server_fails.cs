using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class The_name_server_fails(ServerKind server) : Scenario(server)
{
    private FakeDns dns = null!;

    [SetUp]
    public void Publish()
    {
        dns = Keep(new FakeDns());
        dns.AddText("good.test", "v=spf1 ip4:127.0.0.1 -all");
        dns.AddText("_dmarc.good.test", "v=DMARC1; p=reject");
        dns.AddExchange("mail.test", "mx.mail.test");
        dns.AddAddress("mx.mail.test", IPAddress.Loopback);
    }

    [Test]
    public async Task And_mail_still_comes_in_but_nobody_is_verified([Values] Trouble trouble)
    {
        var gateway = await StartAsync();
        var alice = await NewClientAsync();
        Fail(trouble);

        Assert.That((await MailAsync(gateway, alice, "who is it")).Code, Is.EqualTo(250));
        Assert.That((await alice.MessageAsync("who is it")).Element("body")!.Value, Does.Contain("[Sender not verified]"));
    }

    [Test]
    public async Task And_where_a_policy_is_known_the_sender_comes_back_when_it_is_well([Values] Trouble trouble)
    {
        var gateway = await StartAsync();
        var alice = await NewClientAsync();
        Fail(trouble, name => !name.StartsWith("_dmarc.", StringComparison.Ordinal));

        var reply = await MailAsync(gateway, alice, "come back");
        Assert.That(reply.Code, Is.EqualTo(451), reply.Text);
        Assert.That(reply.Text, Does.Contain("4.7.0"));

        dns.Fault = FakeDns.NoFault;
        await Patience.UntilAsync("it is taken", async () => (await MailAsync(gateway, alice, "come back")).Code == 250);
        Assert.That((await alice.MessageAsync("come back")).Element("body")!.Value, Does.Not.Contain("verified"));
    }

    [Test]
    public async Task And_a_message_waits_until_it_is_well([Values] Trouble trouble)
    {
        var gateway = await StartAsync();
        var alice = await NewClientAsync();
        Fail(trouble);

        var id = alice.SendMessage(Contact("bob@mail.test"), "patience", new XElement(Names.Receipts + "request"));
        await Patience.UntilAsync("it waits", async () => (await gateway.QueueAsync()).Any(item => item.GetProperty("state").GetString() == "deferred"));
        dns.Fault = FakeDns.NoFault;

        await Sink.MailAsync("patience");
        await alice.ReceiptAsync(id);
    }

    public enum Trouble
    {
        Silence,
        Garbage,
        Failure,

        /// <summary>And nobody answers over TCP.</summary>
        Truncation,

        /// <summary>The answer to another question.</summary>
        Lie,
    }

    private void Fail(Trouble trouble, Func<string, bool>? names = null) => dns.Fault = (name, answer) => names?.Invoke(name) == false ? answer : trouble switch
    {
        Trouble.Garbage => [.. answer[..12], .. Enumerable.Repeat((byte)0xff, 30)],
        // RFC 1035 §4.1.1: SERVFAIL, and TC without a record.
        Trouble.Failure => [.. answer[..3], 0x82, .. answer[4..6], 0, 0, .. answer[8..12], .. Question(answer)],
        Trouble.Truncation => [.. answer[..2], (byte)(answer[2] | 2), 0x80, .. answer[4..6], 0, 0, .. answer[8..12], .. Question(answer)],
        Trouble.Lie => [.. answer[..13], (byte)(answer[13] ^ 1), .. answer[14..]],
        _ => null,
    };

    private static byte[] Question(byte[] answer) => answer[12..(Array.IndexOf(answer, (byte)0, 12) + 5)];

    private static Task<Reply> MailAsync(GatewayProcess gateway, ChatClient to, string body) =>
        SmtpConversation.MailAsync(gateway.SmtpPort, "bob@good.test", to.BareJid, Text.Mail("bob@good.test", to.BareJid, "Hi", body));

    private Task<GatewayProcess> StartAsync() => StartGatewayAsync(configuration =>
    {
        configuration["Inbound:Dmarc"] = "enforce";
        configuration["Delivery:Relay"] = null;
        configuration["Delivery:Port"] = Sink.Port;
        configuration["Delivery:AllowPrivateAddresses"] = true;
        configuration["Dns:Servers"] = new JsonArray($"127.0.0.1:{dns.Port}");
    });
}
