using System.Net;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Dns;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Mail.Delivery;

internal sealed class MxRouteTests
{
    private static readonly DeliveryOptions Options = new() { Hostname = "gateway.test" };

    private static readonly IPEndPoint Public = new(IPAddress.Parse("198.51.100.7"), 25);

    [Test]
    public async Task Hosts_are_tried_in_the_order_of_preference()
    {
        var dns = new FakeDns().Mx("mail.test", (20, "b.test"), (10, "a.test"), (30, "c.test"))
            .Address("a.test", "192.0.2.1", "2001:db8::1").Address("b.test", "192.0.2.2").Address("c.test", "192.0.2.3");
        Assert.That(await HopsAsync(dns), Is.EqualTo(new[] { "a.test 192.0.2.1", "a.test 2001:db8::1", "b.test 192.0.2.2", "c.test 192.0.2.3" }));
    }

    [Test]
    public async Task Hosts_of_one_preference_are_tried_in_random_order()
    {
        var dns = new FakeDns().Mx("mail.test", (10, "a.test"), (10, "b.test"), (10, "c.test"), (5, "first.test"))
            .Address("a.test", "192.0.2.1").Address("b.test", "192.0.2.2").Address("c.test", "192.0.2.3").Address("first.test", "192.0.2.9");
        var orders = new HashSet<string>();
        for (var seed = 0; seed < 60; seed++)
        {
            var hops = await HopsAsync(dns, random: new Random(seed));
            Assert.That(hops[0], Does.StartWith("first.test"));
            orders.Add(string.Join(' ', hops));
        }

        Assert.That(orders, Has.Count.EqualTo(6));
    }

    [Test]
    public async Task The_configured_port_is_dialled()
    {
        var dns = new FakeDns().Mx("mail.test", (10, "a.test")).Address("a.test", "192.0.2.1");
        var route = (Route.Via)await new MxRoute(Options with { Port = 2525 }, dns).FindAsync("mail.test", default);
        Assert.That(route.Hops.Single().EndPoint, Is.EqualTo(IPEndPoint.Parse("192.0.2.1:2525")));
    }

    [Test]
    public async Task A_domain_without_MX_is_its_own_mail_host()
    {
        Assert.That(await HopsAsync(new FakeDns().Address("mail.test", "192.0.2.1")), Is.EqualTo(new[] { "mail.test 192.0.2.1" }));
    }

    [Test]
    public async Task A_domain_that_does_not_exist_fails_with_5_1_2() => await FailsAsync(new FakeDns(), 550, "5.1.2");

    [Test]
    public async Task A_null_MX_fails_with_5_1_10()
    {
        await FailsAsync(new FakeDns().Mx("mail.test", (0, "")), 556, "5.1.10");
    }

    [Test]
    public async Task A_domain_with_neither_MX_nor_address_fails_with_5_1_2()
    {
        await FailsAsync(new FakeDns().Mx("mail.test", DnsStatus.NoData), 550, "5.1.2");
    }

    [Test]
    public async Task An_MX_lookup_that_fails_is_deferred()
    {
        await DefersAsync(new FakeDns().Mx("mail.test", DnsStatus.Failed));
    }

    [Test]
    public async Task An_address_lookup_that_fails_is_deferred()
    {
        await DefersAsync(new FakeDns().Mx("mail.test", (10, "a.test"), (20, "gone.test")).Address("a.test", DnsStatus.Failed));
        await DefersAsync(new FakeDns().Address("mail.test", DnsStatus.Failed));
    }

    [Test]
    public async Task An_address_lookup_that_fails_does_not_stop_the_other_hosts()
    {
        var dns = new FakeDns().Mx("mail.test", (10, "a.test"), (20, "b.test")).Address("a.test", DnsStatus.Failed).Address("b.test", "192.0.2.2");
        Assert.That(await HopsAsync(dns), Is.EqualTo(new[] { "b.test 192.0.2.2" }));
    }

    [Test]
    public async Task MX_hosts_that_do_not_exist_fail_with_5_4_4()
    {
        await FailsAsync(new FakeDns().Mx("mail.test", (10, "gone.test")), 550, "5.4.4");
    }

    [TestCase("127.0.0.1")]
    [TestCase("10.1.2.3")]
    [TestCase("::1")]
    [TestCase("::ffff:192.168.1.1")]
    public async Task A_private_address_fails_with_5_4_6(string address)
    {
        await FailsAsync(new FakeDns().Mx("mail.test", (10, "a.test")).Address("a.test", address), 550, "5.4.6");
        await FailsAsync(new FakeDns().Address("mail.test", address), 550, "5.4.6");
    }

    [Test]
    public async Task A_private_address_among_others_is_skipped()
    {
        var dns = new FakeDns().Mx("mail.test", (10, "a.test"), (20, "b.test"))
            .Address("a.test", "127.0.0.1", "192.0.2.1").Address("b.test", "10.0.0.1");
        Assert.That(await HopsAsync(dns), Is.EqualTo(new[] { "a.test 192.0.2.1" }));
    }

    [Test]
    public async Task A_private_address_is_dialled_when_that_is_allowed()
    {
        var dns = new FakeDns().Mx("mail.test", (10, "a.test")).Address("a.test", "127.0.0.1");
        Assert.That(await HopsAsync(dns, Options with { AllowPrivateAddresses = true }), Is.EqualTo(new[] { "a.test 127.0.0.1" }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task An_MX_that_leads_to_our_listener_is_a_loop(bool allowPrivate)
    {
        var options = Options with { OwnEndpoints = [Public], AllowPrivateAddresses = allowPrivate };
        await FailsAsync(new FakeDns().Mx("mail.test", (10, "a.test")).Address("a.test", "198.51.100.7"), 550, "5.4.6", options);
    }

    [Test]
    public async Task A_listener_on_every_address_is_a_loop_on_each_of_them()
    {
        var options = Options with { OwnEndpoints = [new IPEndPoint(IPAddress.Any, 25)], AllowPrivateAddresses = true };
        await FailsAsync(new FakeDns().Mx("mail.test", (10, "a.test")).Address("a.test", "127.0.0.5"), 550, "5.4.6", options);
    }

    [Test]
    public async Task Our_address_on_another_port_is_somebody_else()
    {
        var options = Options with { OwnEndpoints = [Public], Port = 2525 };
        var dns = new FakeDns().Mx("mail.test", (10, "a.test")).Address("a.test", "198.51.100.7");
        Assert.That(await HopsAsync(dns, options), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_MX_with_our_name_is_a_loop()
    {
        await FailsAsync(new FakeDns().Mx("mail.test", (10, "Gateway.test")).Address("gateway.test", "203.0.113.9"), 550, "5.4.6");
    }

    [Test]
    public async Task Hosts_that_are_no_better_than_ourselves_are_not_asked()
    {
        var dns = new FakeDns().Mx("mail.test", (10, "a.test"), (20, "us.test"), (20, "b.test"), (30, "c.test"))
            .Address("a.test", "192.0.2.1").Address("us.test", "198.51.100.7").Address("b.test", "192.0.2.2").Address("c.test", "192.0.2.3");
        Assert.That(await HopsAsync(dns, Options with { OwnEndpoints = [Public] }), Is.EqualTo(new[] { "a.test 192.0.2.1" }));
    }

    [Test]
    public async Task A_domain_literal_fails_with_5_1_2() => await FailsAsync(new FakeDns(), 550, "5.1.2", domain: "[192.0.2.1]");

    [Test]
    public async Task A_zone_with_very_many_hosts_is_tried_in_part()
    {
        var dns = new FakeDns().Mx("mail.test", [.. Enumerable.Range(0, 90).Select(i => (i, $"h{i}.test"))]);
        for (var i = 0; i < 90; i++)
            dns.Address($"h{i}.test", [.. Enumerable.Range(1, 30).Select(n => $"192.0.2.{n}")]);
        Assert.That(await HopsAsync(dns), Has.Count.EqualTo(20));
        Assert.That(dns.Asked.Count(question => question.StartsWith("A ", StringComparison.Ordinal)), Is.EqualTo(10));
    }

    [Test]
    public async Task A_relay_takes_all_and_may_be_private()
    {
        var relay = new DeliveryOptions { Hostname = "gateway.test", Relay = new RelayOptions("127.0.0.1", 2525, false, null, null) };
        var dns = new FakeDns();
        var route = (Route.Via)await new NextHops(relay, dns).FindAsync("no.such.domain", default);
        Assert.That(route.Hops.Single(), Is.EqualTo(new NextHop("127.0.0.1", IPEndPoint.Parse("127.0.0.1:2525")) { IsRelay = true }));
        Assert.That(dns.Asked, Is.Empty);
    }

    [Test]
    public async Task A_relay_is_found_by_name()
    {
        var options = new DeliveryOptions { Hostname = "gateway.test", Relay = new RelayOptions("relay.test", 587, false, "u", "p") };
        var route = (Route.Via)await new NextHops(options, new FakeDns().Address("relay.test", "10.0.0.9")).FindAsync("mail.test", default);
        Assert.That((route.Hops.Single().Host, route.Hops.Single().EndPoint, route.Hops.Single().Tls), Is.EqualTo(("relay.test", IPEndPoint.Parse("10.0.0.9:587"), new TlsPolicy.Verified())));
    }

    [Test]
    public async Task A_relay_may_stand_in_the_hosts_file()
    {
        var options = new DeliveryOptions { Hostname = "gateway.test", Relay = new RelayOptions("localhost", 465, true, null, null) };
        var route = (Route.Via)await new NextHops(options, new FakeDns()).FindAsync("mail.test", default);
        Assert.That(route.Hops.Select(hop => IPAddress.IsLoopback(hop.EndPoint.Address) && hop.Tls is TlsPolicy.Implicit), Is.All.True);
    }

    private static async Task<IReadOnlyList<string>> HopsAsync(FakeDns dns, DeliveryOptions? options = null, Random? random = null)
    {
        var route = await new MxRoute(options ?? Options, dns, random).FindAsync("mail.test", default);
        Assert.That(route, Is.InstanceOf<Route.Via>());
        return [.. ((Route.Via)route).Hops.Select(hop => $"{hop.Host} {hop.EndPoint.Address}")];
    }

    private static async Task FailsAsync(FakeDns dns, int code, string enhanced, DeliveryOptions? options = null, string domain = "mail.test")
    {
        var route = await new MxRoute(options ?? Options, dns).FindAsync(domain, default);
        var why = ((DeliveryOutcome.Failed)((Route.Nowhere)route).Outcome).Why;
        Assert.That((why.Reply.Code, why.Reply.Enhanced, why.Host), Is.EqualTo((code, enhanced, (string?)null)));
    }

    private static async Task DefersAsync(FakeDns dns)
    {
        var route = await new MxRoute(Options, dns).FindAsync("mail.test", default);
        var why = ((DeliveryOutcome.Deferred)((Route.Nowhere)route).Outcome).Why;
        Assert.That((why.Reply.Code, why.Reply.Enhanced), Is.EqualTo((451, "4.4.3")));
    }
}
