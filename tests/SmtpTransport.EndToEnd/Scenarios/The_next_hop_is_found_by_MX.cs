using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class The_next_hop_is_found_by_MX(ServerKind server) : Scenario(server)
{
    private FakeDns dns = null!;

    [SetUp]
    public void Start_a_name_server() => dns = Keep(new FakeDns());

    [Test]
    public async Task And_gets_the_mail()
    {
        dns.AddExchange("mail.test", "mx.mail.test");
        dns.AddAddress("mx.mail.test", IPAddress.Loopback);
        await StartAsync();
        var alice = await NewClientAsync();

        var id = alice.SendMessage(Contact("bob@mail.test"), "straight to the exchanger", new XElement(Names.Receipts + "request"));

        await Sink.MailAsync("straight to the exchanger");
        await alice.ReceiptAsync(id);
    }

    [Test]
    public async Task A_domain_without_MX_is_dialled_itself()
    {
        dns.AddAddress("mail.test", IPAddress.Loopback);
        await StartAsync();
        var alice = await NewClientAsync();

        alice.SendMessage(Contact("bob@mail.test"), "straight to the host");

        await Sink.MailAsync("straight to the host");
    }

    [Test]
    public async Task A_domain_that_takes_no_mail_or_does_not_exist_is_told()
    {
        dns.AddNullExchange("silent.test");
        await StartAsync();
        var alice = await NewClientAsync();

        var silent = alice.SendMessage(Contact("bob@silent.test"), "anybody?");
        var missing = alice.SendMessage(Contact("bob@missing.test"), "anybody?");

        Assert.That(Text.Error(await alice.ErrorAsync(silent)).Condition, Is.EqualTo("remote-server-not-found"));
        Assert.That(Text.Error(await alice.ErrorAsync(missing)).Condition, Is.EqualTo("remote-server-not-found"));
    }

    [Test]
    public async Task An_exchanger_on_a_private_address_is_never_dialled_by_default()
    {
        dns.AddExchange("mail.test", "mx.mail.test");
        dns.AddAddress("mx.mail.test", IPAddress.Loopback);
        await StartAsync(privateAddresses: false);
        var alice = await NewClientAsync();

        var id = alice.SendMessage(Contact("bob@mail.test"), "inside");

        await alice.ErrorAsync(id);
        Assert.That(Sink.Mails.All, Is.Empty);
    }

    private Task<GatewayProcess> StartAsync(bool privateAddresses = true) => StartGatewayAsync(configuration =>
    {
        configuration["Delivery:Relay"] = null;
        configuration["Delivery:Port"] = Sink.Port;
        configuration["Delivery:AllowPrivateAddresses"] = privateAddresses;
        configuration["Dns:Servers"] = new JsonArray($"127.0.0.1:{dns.Port}");
    });
}
