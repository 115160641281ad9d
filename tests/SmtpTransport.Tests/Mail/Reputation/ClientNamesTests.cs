using System.Net;
using SmtpTransport.Mail.Reputation;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Mail.Reputation;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ClientNamesTests
{
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");
    private readonly TestTime time = new();

    [Test]
    public async Task A_name_counts_when_it_leads_back()
    {
        var dns = new FakeDns().Ptr("192.0.2.1", "liar.test", "mx.test").Address("mx.test", "192.0.2.7", "192.0.2.1").Address("liar.test", "192.0.2.2");

        Assert.That(await new ClientNames(dns, time).ConfirmedAsync(Client), Is.EqualTo("mx.test"));
    }

    [Test]
    public async Task A_name_that_anybody_could_claim_does_not()
    {
        var dns = new FakeDns().Ptr("192.0.2.1", "mx.google.test").Address("mx.google.test", "198.51.100.1");

        Assert.That(await new ClientNames(dns, time).ConfirmedAsync(Client), Is.Null);
        Assert.That(await new ClientNames(new FakeDns(), time).ConfirmedAsync(Client), Is.Null);
    }

    [Test]
    public async Task A_silent_dns_costs_three_seconds_at_most()
    {
        var lookup = new ClientNames(new SilentDns(), time).ConfirmedAsync(Client);

        await time.Timer(TimeSpan.FromSeconds(3));
        time.Advance(TimeSpan.FromSeconds(3));

        Assert.That(await lookup, Is.Null);
    }

    [TestCase("mx.test", "mx.test", true)]
    [TestCase("MX.Test.", "mx.test", true)]
    [TestCase("localhost", "mx.test", false)]
    [TestCase("mx.test", null, false)]
    [TestCase("[192.0.2.1]", null, true)]
    [TestCase("[192.0.2.2]", "mx.test", false)]
    [TestCase("[IPv6:2001:db8::1]", "mx.test", false)]
    [TestCase("[", null, false)]
    public void An_EHLO_name_is_the_clients_own_or_not(string helo, string? confirmed, bool own) =>
        Assert.That(ClientNames.IsOwn(helo, confirmed, Client), Is.EqualTo(own));
}
