using System.Net;

namespace SmtpTransport.Tests.Mail.Smtp;

/// <summary>What counts for a client over all its connections.</summary>
internal sealed class ClientLimitTests
{
    private const string Ready = "220 mail.example ESMTP\r\n";

    [Test]
    public async Task Connections_are_limited_in_all()
    {
        using var stage = new SmtpStage(options: o => o with { MaxConnections = 2 });
        var first = stage.Connect(IPAddress.Parse("192.0.2.1"));
        stage.Connect(IPAddress.Parse("192.0.2.2"));
        var third = stage.Connect(IPAddress.Parse("192.0.2.3"));
        await third.Session;
        Assert.That(third.ReadAvailable(), Is.EqualTo("421 4.3.2 Too many connections, try again later\r\n"));
        first.Close();
        await first.Session;
        Assert.That(stage.Connect(IPAddress.Parse("192.0.2.3")).ReadAvailable(), Is.EqualTo(Ready));
    }

    [TestCase("192.0.2.1", "192.0.2.1", "421 4.7.0 Too many connections from your address\r\n")]
    [TestCase("192.0.2.1", "::ffff:192.0.2.1", "421 4.7.0 Too many connections from your address\r\n")]
    [TestCase("2001:db8::1", "2001:db8::2:3", "421 4.7.0 Too many connections from your address\r\n")]
    [TestCase("192.0.2.1", "192.0.2.2", Ready)]
    [TestCase("2001:db8::1", "2001:db8:0:1::1", Ready)]
    [TestCase("198.51.100.1", "198.51.100.1", Ready)]
    public async Task Connections_are_limited_for_each_client(string one, string other, string greeting)
    {
        using var stage = new SmtpStage(options: o => o with
        {
            MaxConnectionsPerAddress = 1,
            TrustedNetworks = [IPNetwork.Parse("198.51.100.0/24")],
        });
        var first = stage.Connect(IPAddress.Parse(one));
        Assert.That(stage.Connect(IPAddress.Parse(other)).ReadAvailable(), Is.EqualTo(greeting));
        first.Close();
        await first.Session;
        Assert.That(stage.Connect(IPAddress.Parse(one)).ReadAvailable(), Is.EqualTo(Ready));
    }

    [Test]
    public async Task Commands_are_counted_for_each_client_over_all_its_connections()
    {
        var refused = new List<int>();
        using var stage = new SmtpStage(options: o => o with { CommandsPerMinute = 4, Refused = reply => refused.Add(reply.Code) });
        foreach (var address in new[] { "2001:db8::1", "2001:db8::2" })
        {
            var client = stage.Connect(IPAddress.Parse(address));
            client.Send("NOOP\r\nQUIT\r\n");
            await client.Session;
        }

        var third = stage.Connect(IPAddress.Parse("2001:db8::3"));
        third.Send("NOOP\r\n");
        await third.Session;

        Assert.That(third.ReadAvailable(), Is.EqualTo(Ready + "421 4.7.0 Too many commands from your address, try again in a minute\r\n"));
        Assert.That(refused, Is.EqualTo(new[] { 421 }));
        var other = stage.Connect(IPAddress.Parse("2001:db8:0:1::1"));
        other.Send("NOOP\r\n");
        Assert.That(other.ReadAvailable(), Does.EndWith("250 2.0.0 OK\r\n"));
    }

    [Test]
    public async Task A_client_that_errs_in_many_sessions_is_slowed_in_each()
    {
        using var stage = new SmtpStage();
        for (var session = 0; session < 10; session++)
        {
            var client = stage.Connect(IPAddress.Parse("192.0.2.9"));
            client.Send(string.Concat(Enumerable.Repeat("NONSENSE\r\n", 6)) + "QUIT\r\n");
            await client.Session;
        }

        var slowed = stage.Connect(IPAddress.Parse("192.0.2.9"));
        slowed.ReadAvailable();
        slowed.Send("NONSENSE\r\n");
        Assert.That(slowed.ReadAvailable(), Is.Empty);
        stage.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(slowed.ReadAvailable(), Does.StartWith("500 5.5.1"));
    }
}
