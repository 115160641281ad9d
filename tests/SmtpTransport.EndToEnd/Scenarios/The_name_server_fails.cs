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
    public async Task And_mail_still_comes_in_but_nobody_is_verified([Values] bool garbage)
    {
        var gateway = await StartAsync();
        var alice = await NewClientAsync();
        Fail(garbage);

        Assert.That((await MailAsync(gateway, alice, "who is it")).Code, Is.EqualTo(250));
        Assert.That((await alice.MessageAsync("who is it")).Element("body")!.Value, Does.Contain("[Sender not verified]"));
    }

    [Test]
    public async Task And_where_a_policy_is_known_the_sender_comes_back_when_it_is_well([Values] bool garbage)
    {
        var gateway = await StartAsync();
        var alice = await NewClientAsync();
        Fail(garbage, name => !name.StartsWith("_dmarc.", StringComparison.Ordinal));

        var reply = await MailAsync(gateway, alice, "come back");
        Assert.That(reply.Code, Is.EqualTo(451), reply.Text);
        Assert.That(reply.Text, Does.Contain("4.7.0"));

        dns.Fault = FakeDns.NoFault;
        await Patience.UntilAsync("it is taken", async () => (await MailAsync(gateway, alice, "come back")).Code == 250);
        Assert.That((await alice.MessageAsync("come back")).Element("body")!.Value, Does.Not.Contain("verified"));
    }

    [Test]
    public async Task And_a_message_waits_until_it_is_well([Values] bool garbage)
    {
        var gateway = await StartAsync();
        var alice = await NewClientAsync();
        Fail(garbage);

        var id = alice.SendMessage(Contact("bob@mail.test"), "patience", new XElement(Names.Receipts + "request"));
        await Patience.UntilAsync("it waits", async () => (await gateway.QueueAsync()).Any(item => item.GetProperty("state").GetString() == "deferred"));
        dns.Fault = FakeDns.NoFault;

        await Sink.MailAsync("patience");
        await alice.ReceiptAsync(id);
    }

    private void Fail(bool garbage, Func<string, bool>? names = null) =>
        dns.Fault = (name, answer) => names?.Invoke(name) == false ? answer : garbage ? [.. answer[..12], .. Enumerable.Repeat((byte)0xff, 30)] : null;

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
