using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class Dead_destinations_delay_nobody(ServerKind server) : Scenario(server)
{
    [Test]
    public async Task Ten_of_fifty_take_connections_and_say_nothing()
    {
        var dns = Keep(new FakeDns());
        using var hole = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var silent = IPAddress.Parse("127.0.0.2");
        hole.Bind(new IPEndPoint(silent, Sink.Port));
        hole.Listen(1000);
        for (var i = 0; i < 50; i++)
        {
            dns.AddExchange($"d{i}.test", $"mx.d{i}.test");
            dns.AddAddress($"mx.d{i}.test", i < 10 ? silent : IPAddress.Loopback);
        }

        var gateway = await StartGatewayAsync(configuration =>
        {
            configuration["Delivery:Relay"] = null;
            configuration["Delivery:Port"] = Sink.Port;
            configuration["Delivery:AllowPrivateAddresses"] = true;
            configuration["Delivery:MessagesPerHour"] = 0;
            configuration["Delivery:Burst"] = 0;
            configuration["Delivery:NewRecipientsPerDay"] = 1000;
            configuration["Dns:Servers"] = new JsonArray($"127.0.0.1:{dns.Port}");
        });
        var alice = await NewClientAsync();

        for (var i = 0; i < 300; i++)
            alice.SendMessage(Contact($"bob{i}@d{i % 10}.test"), "into the void");
        for (var i = 10; i < 50; i++)
            alice.SendMessage(Contact($"bob@d{i}.test"), $"alive number {i}.");

        for (var i = 10; i < 50; i++)
            await Sink.MailAsync($"alive number {i}.");
        Assert.That(await gateway.QueueAsync(), Has.Count.EqualTo(300), "the others wait still");
        Assert.That(await gateway.PageAsync("/metrics"), Does.Contain("smtptransport_destination_places{destination=\"d10.test\"} 3"));
    }
}
