using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using SmtpTransport.Mail.Dns;
using SmtpTransport.Mail.Reputation;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Mail.Reputation;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BlocklistsTests
{
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.99");
    private readonly FakeDns dns = new();
    private readonly TestTime time = new();
    private readonly FakeLogger<Blocklists> logger = new();

    [TestCase("192.0.2.99", "99.2.0.192.zen.test")]
    [TestCase("2001:db8:1:2:3:4:567:89ab", "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.zen.test", Description = "RFC 5782 §2.4")]
    public void A_client_has_one_name_in_a_zone(string client, string name) =>
        Assert.That(Blocklists.Name(IPAddress.Parse(client), "zen.test"), Is.EqualTo(name));

    [TestCase("127.0.0.2")]
    [TestCase("127.0.0.11")]
    public async Task A_listed_client_is_found_in_whichever_zone(string code)
    {
        dns.Address("99.2.0.192.b.test", code);

        Assert.That(await Lists("a.test", "b.test", "c.test").LookupAsync(Client), Is.EqualTo(new Listing("b.test", 0)));
        Assert.That(dns.Asked.Count, Is.EqualTo(3), "all are asked, none after the other");
    }

    [TestCase("127.255.255.252")]
    [TestCase("127.255.255.254")]
    [TestCase("127.255.255.255")]
    [TestCase("203.0.113.7", Description = "a parked domain answers everything")]
    public async Task An_error_code_is_no_listing_and_is_said_once(string code)
    {
        dns.Address("99.2.0.192.zen.test", code).Address("98.2.0.192.zen.test", code);
        var lists = Lists("zen.test");

        Assert.That(await lists.LookupAsync(Client), Is.EqualTo(new Listing(null, 1)));
        await lists.LookupAsync(IPAddress.Parse("192.0.2.98"));

        Assert.That(logger.Collector.GetSnapshot().Where(line => line.Level == LogLevel.Warning).Select(line => line.Message).ToList(),
            Has.Count.EqualTo(1).And.All.Contains("zen.test").And.All.Contains(code));
    }

    [Test]
    public async Task A_zone_that_fails_lists_nobody_and_the_others_still_count()
    {
        dns.Address("99.2.0.192.a.test", DnsStatus.Failed).Address("99.2.0.192.b.test", "127.0.0.2");

        Assert.That(await Lists("a.test").LookupAsync(Client), Is.EqualTo(new Listing(null, 1)));
        Assert.That(await Lists("a.test", "b.test").LookupAsync(Client), Is.EqualTo(new Listing("b.test", 1)));
    }

    [Test]
    public async Task A_zone_that_never_answers_lists_nobody_after_three_seconds()
    {
        var lookup = new Blocklists(["a.test"], new SilentDns(), time, logger).LookupAsync(Client);

        await time.Timer(TimeSpan.FromSeconds(3));
        time.Advance(TimeSpan.FromSeconds(3));

        Assert.That(await lookup, Is.EqualTo(new Listing(null, 1)));
    }

    [Test]
    public async Task An_answer_is_kept_for_five_minutes()
    {
        var lists = Lists("a.test");
        await lists.LookupAsync(Client);
        await lists.LookupAsync(Client);
        Assert.That(dns.Asked.Count, Is.EqualTo(1));

        time.Advance(TimeSpan.FromMinutes(5));
        await lists.LookupAsync(Client);

        Assert.That(dns.Asked.Count, Is.EqualTo(2));
    }

    private Blocklists Lists(params string[] zones) => new(zones, dns, time, logger);
}
