using System.Net;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Mail.Smtp;

internal sealed class ProxyProtocolTests
{
    private const string Signature = "\r\n\r\n\0\r\nQUIT\n";
    private const string Mail = "HELO a.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n.\r\nQUIT\r\n";
    private static readonly IPAddress Proxy = IPAddress.Parse("10.0.0.1");

    [TestCase("PROXY TCP4 203.0.113.7 10.0.0.1 4711 25\r\n", "203.0.113.7")]
    [TestCase("PROXY TCP6 2001:db8::7 2001:db8::1 4711 25\r\n", "2001:db8::7")]
    [TestCase("PROXY TCP6 ::ffff:203.0.113.7 ::1 4711 25\r\n", "203.0.113.7")]
    [TestCase("PROXY UNKNOWN\r\n", "10.0.0.1")]
    [TestCase("PROXY UNKNOWN ff:ff::ff ff::ff 1 2\r\n", "10.0.0.1")]
    [TestCase(Signature + "\x21\x11\0\x0C\xCB\0\x71\x07\x0A\0\0\x01\x12\x67\0\x19", "203.0.113.7")]
    [TestCase(Signature + "\x21\x11\0\x10\xCB\0\x71\x07\x0A\0\0\x01\x12\x67\0\x19\x04\0\x01z", "203.0.113.7")]
    [TestCase(Signature + "\x21\x21\0\x24\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\x07\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\x01\x12\x67\0\x19", "2001:db8::7")]
    [TestCase(Signature + "\x20\0\0\0", "10.0.0.1")]
    [TestCase(Signature + "\x20\x11\0\x0C\xCB\0\x71\x07\x0A\0\0\x01\x12\x67\0\x19", "10.0.0.1")]
    [TestCase(Signature + "\x21\0\0\0", "10.0.0.1")]
    public async Task A_proxy_says_who_is_calling(string header, string address)
    {
        foreach (var send in new Action<SmtpTestClient>[] { c => c.Send(header), c => c.Trickle(header) })
        {
            using var stage = Stage();
            var client = stage.Connect(Proxy);
            Assert.That(client.ReadAvailable(), Is.Empty, "the header comes first");
            send(client);
            Assert.That(client.ReadAvailable(), Is.EqualTo("220 mail.example ESMTP\r\n"));
            client.Send(Mail);
            await client.Session;
            Assert.That(stage.Receiver.Mails.Single().Client.Address, Is.EqualTo(IPAddress.Parse(address)));
        }
    }

    [TestCase("EHLO a.test\r\n")]
    [TestCase("PROXY TCP4 203.0.113.7\r\n")]
    [TestCase("PROXY TCP4 nonsense 10.0.0.1 4711 25\r\n")]
    [TestCase("PROXY TCP4 203.0.113.7 10.0.0.1 4711 99999\r\n")]
    [TestCase("PROXY TCP4 203.0.113.7 10.0.0.1 +4711 25\r\n")]
    [TestCase("PROXY TCP4 203.0.113.7 nonsense 4711 25\r\n")]
    [TestCase("PROXY TCP4 2001:db8::7 2001:db8::1 4711 25\r\n")]
    [TestCase("PROXY TCP6 203.0.113.7 10.0.0.1 4711 25\r\n")]
    [TestCase("PROXY TCP4 3405803783 10.0.0.1 4711 25\r\n")]
    [TestCase("PROXY TCP6 fe80::1%1 ::1 4711 25\r\n")]
    [TestCase("PROXY  TCP4 203.0.113.7 10.0.0.1 4711 25\r\n")]
    [TestCase("PROXY\r\n")]
    [TestCase("proxy TCP4 203.0.113.7 10.0.0.1 4711 25\r\n")]
    [TestCase("PROXY UDP4 203.0.113.7 10.0.0.1 4711 25\r\n")]
    [TestCase("PROXY UNKNOWN xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [TestCase(Signature + "\x11\x11\0\0")]
    [TestCase(Signature + "\x22\x11\0\0")]
    [TestCase(Signature + "\x21\x11\0\x04\xCB\0\x71\x07")]
    [TestCase(Signature + "\x21\x11\xFF\xFF")]
    [TestCase(Signature + "\x21\x41\0\0")]
    [TestCase(Signature + "\x21\x13\0\x0C\xCB\0\x71\x07\x0A\0\0\x01\x12\x67\0\x19")]
    [TestCase(Signature + "\x21\x31\0\x01x")]
    public async Task A_proxy_that_says_something_else_is_left(string header)
    {
        using var stage = Stage();
        var client = stage.Connect(Proxy);
        client.Send(header);
        await client.Session;
        Assert.That(client.ReadAvailable(), Is.Empty);
    }

    [Test]
    public async Task A_proxy_that_says_nothing_is_left()
    {
        using var stage = Stage();
        var client = stage.Connect(Proxy);
        client.Send("PROXY ");
        stage.Time.Advance(TimeSpan.FromSeconds(5));
        await client.Session;
        Assert.That(client.ReadAvailable(), Is.Empty);
    }

    [Test]
    public async Task Octets_behind_the_header_came_before_the_banner()
    {
        using var stage = Stage();
        var client = stage.Connect(Proxy);
        client.Send("PROXY TCP4 203.0.113.7 10.0.0.1 4711 25\r\nEHLO a.test\r\n");
        await client.Session;
        Assert.That(client.ReadAvailable(), Does.StartWith("554 5.5.1 "));
    }

    [Test]
    public void The_limit_for_each_client_is_the_clients_not_the_proxys()
    {
        using var stage = new SmtpStage(options: o => o with { Proxies = [IPNetwork.Parse("10.0.0.0/8")], MaxConnectionsPerAddress = 1 });
        string Greeting(string client)
        {
            var connection = stage.Connect(Proxy);
            connection.Send($"PROXY TCP4 {client} 10.0.0.1 4711 25\r\n");
            return connection.ReadAvailable()[..3];
        }
        Assert.That(new[] { Greeting("203.0.113.7"), Greeting("203.0.113.8"), Greeting("203.0.113.7") }, Is.EqualTo(new[] { "220", "220", "421" }));
    }

    private static SmtpStage Stage() => new(options: o => o with { Proxies = [IPNetwork.Parse("10.0.0.0/8")] });
}
