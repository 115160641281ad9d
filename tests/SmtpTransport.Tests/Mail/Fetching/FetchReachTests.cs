using System.IO.Compression;
using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Dns;
using SmtpTransport.Mail.Fetching;

namespace SmtpTransport.Tests.Mail.Fetching;

/// <summary>Where a fetch may lead: redirects, our own network, names that change their address.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FetchReachTests : FileFetcherFixture
{
    [Test]
    public async Task A_redirect_leads_to_the_file()
    {
        var file = Kept(FakeWebHost.With([1, 2, 3]));
        var first = Kept(Moving(host => host == "/a.png" ? "/b.png" : $"http://files.test:{file.Port}/c.png"));

        await using var fetched = Fetched(await FetchAsync(first));

        Assert.That(fetched.Content.Length, Is.EqualTo(3));
        Assert.That(file.Heard.Single(), Does.StartWith("GET /c.png "));
    }

    [Test]
    public async Task A_circle_of_redirects_ends()
    {
        var host = Kept(Moving(_ => "/a.png"));

        Assert.That(Failed(await FetchAsync(host)).Why, Does.Contain("without end"));
        Assert.That(host.Heard, Has.Count.EqualTo(6));
    }

    [TestCase("file:///etc/passwd")]
    [TestCase("ftp://files.test/x")]
    [TestCase("http://files.test/x")]
    public async Task A_redirect_to_something_less_safe_is_not_followed(string location)
    {
        var host = Kept(new FakeWebHost
        {
            Certificate = TestCertificates.For("files.test"),
            Answer = (_, stream) => FakeWebHost.SayAsync(stream, $"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"),
        });

        Assert.That(Failed(await FetchAsync(host, "https")).Why, Does.Contain("not safe"));
    }

    [TestCase("files.test")]
    [TestCase("127.0.0.1")]
    [TestCase("localhost")]
    [TestCase("127.1")]
    [TestCase("2130706433")]
    [TestCase("0x7f000001")]
    [TestCase("0177.0.0.1")]
    [TestCase("0.0.0.0")]
    [TestCase("[::1]")]
    [TestCase("[::ffff:127.0.0.1]")]
    [TestCase("[::ffff:7f00:1]")]
    [TestCase("[::127.0.0.1]")]
    [TestCase("[64:ff9b::7f00:1]")]
    [TestCase("127.0.0.1.")]
    public async Task No_spelling_of_our_own_machine_is_dialled(string name)
    {
        var host = Kept(FakeWebHost.With([1]));

        var failed = Failed(await Fetcher(isPrivateAllowed: false).FetchAsync(new Uri($"http://{name}:{host.Port}/a.png"), Limit, Nobody, default));

        Assert.That(host.Heard, Is.Empty);
        Assert.That(failed.Why, Is.EqualTo("the mail gateway may not fetch from that address").Or.EqualTo("its server cannot be reached"));
    }

    [Test]
    public void An_address_of_this_machine_is_its_own_even_when_it_is_public()
    {
        var own = NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address);

        Assert.That(own.Append(IPAddress.Loopback).Select(OwnAddresses.IsLocal), Is.All.True);
        Assert.That(OwnAddresses.IsLocal(IPAddress.Parse("192.0.2.1")), Is.False);
    }

    [TestCase("http", true)]
    [TestCase("https", false)]
    public async Task Our_own_upload_service_is_known_by_scheme_host_and_port(string scheme, bool isOurs)
    {
        var host = Kept(FakeWebHost.With([1, 2]));
        var ours = new HashSet<WebOrigin> { new(scheme, "files.test", host.Port) };

        var outcome = await Fetcher(isPrivateAllowed: false).FetchAsync(Address(host), Limit, ours, default);

        Assert.That(outcome is FetchOutcome.Fetched, Is.EqualTo(isOurs));
        Assert.That(host.Heard, Has.Count.EqualTo(isOurs ? 1 : 0));
        if (outcome is FetchOutcome.Fetched(var file))
            await file.DisposeAsync();
    }

    [Test]
    public async Task A_redirect_from_our_own_service_into_our_network_is_not_followed()
    {
        var inside = Kept(FakeWebHost.With([1]));
        var host = Kept(Moving(_ => $"http://inside.test:{inside.Port}/secret"));
        Dns.Address("inside.test", "127.0.0.1");

        var failed = Failed(await Fetcher(isPrivateAllowed: false).FetchAsync(Address(host), Limit, new HashSet<WebOrigin> { WebOrigin.Of(Address(host)) }, default));

        Assert.That(failed.Why, Does.Contain("may not fetch"));
        Assert.That(inside.Heard, Is.Empty);
    }

    [Test]
    public async Task The_address_that_was_judged_is_the_one_that_is_dialled()
    {
        var host = Kept(FakeWebHost.With([1]));
        Dns.Address("rebind.test", "192.0.2.1");
        var fetching = Fetcher(isPrivateAllowed: false).FetchAsync(new Uri($"http://rebind.test:{host.Port}/a.png"), Limit, Nobody, default);
        await Time.Timer(TimeSpan.FromSeconds(10));
        Dns.Address("rebind.test", "127.0.0.1");
        Time.Advance(FileFetcher.AtMost);

        Assert.That(await fetching, Is.TypeOf<FetchOutcome.Failed>());
        Assert.That((Dns.Asked.Count, host.Heard.Count), Is.EqualTo((1, 0)), "whoever asks twice is led inside");
    }

    [TestCase(25)]
    [TestCase(22)]
    [TestCase(1023)]
    public async Task Ports_of_other_protocols_do_not_hear_us(int port)
    {
        var failed = Failed(await Fetcher(isPrivateAllowed: true).FetchAsync(new Uri($"http://files.test:{port}/a"), Limit, Nobody, default));

        Assert.That(failed.Why, Does.Contain("may not fetch"));
        Assert.That(Dns.Asked, Is.Empty);
    }
}
