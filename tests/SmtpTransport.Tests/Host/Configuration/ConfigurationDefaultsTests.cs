using System.Net;

namespace SmtpTransport.Tests.Host.Configuration;

internal sealed class ConfigurationDefaultsTests
{
    [Test]
    public void Domain_and_secret_are_enough()
    {
        var configuration = Fixture.Valid();

        Assert.Multiple(() =>
        {
            Assert.That(configuration.Component.Domain.ToString(), Is.EqualTo("smtp.example.org"));
            Assert.That(configuration.Component.Secret, Is.EqualTo("s3cr3t"));
            Assert.That(configuration.Component.Server, Is.EqualTo(new DnsEndPoint("127.0.0.1", 5347)));
            Assert.That(configuration.Addresses.Users, Is.EqualTo(new[] { "example.org" }));
            Assert.That(configuration.Addresses.LocalDomains, Is.EqualTo(new[] { "example.org" }));
            Assert.That(configuration.Addresses.AnyUsers, Is.False);
            Assert.That(configuration.Addresses.MailDomains, Is.Empty);
            Assert.That(configuration.Verdict.ReconnectGrace, Is.EqualTo(TimeSpan.FromSeconds(15)));
            Assert.That(configuration.Verdict.VerdictTimeout, Is.EqualTo(TimeSpan.FromSeconds(5)));
            Assert.That(configuration.Listen.Smtp, Is.EqualTo(new[] { new IPEndPoint(IPAddress.Any, 25) }));
            Assert.That(configuration.Listen.Web, Is.EqualTo(new IPEndPoint(IPAddress.Loopback, 8025)));
            Assert.That(configuration.Smtp.MaxMessageSize, Is.EqualTo(26_214_400));
            Assert.That(configuration.Inbound.MailsPerMinute, Is.EqualTo(300));
            Assert.That(configuration.Delivery.Port, Is.EqualTo(25));
            Assert.That(configuration.Delivery.Relay, Is.Null);
            Assert.That(configuration.Retry.HoldFor, Is.EqualTo(TimeSpan.FromSeconds(10)));
            Assert.That(configuration.Retry.GiveUpAfter, Is.EqualTo(TimeSpan.FromDays(2)));
            Assert.That(configuration.Retry.RetryAfter, Has.Count.EqualTo(9));
            Assert.That(configuration.Limits.MessagesPerHour, Is.EqualTo(120));
            Assert.That(configuration.Storage.ConnectionString, Is.EqualTo("Data Source=/var/lib/smtp-transport/smtp-transport.db"));
            Assert.That(configuration.Warnings, Is.Empty);
        });
    }

    [Test]
    public void Postmaster_is_answered_at_our_hosts_name_too() => Assert.That(
        Fixture.Valid(Fixture.ReadFile("""{ "Xmpp": { "Domain": "smtp.example.org", "Secret": "x" }, "Smtp": { "Hostname": "mx.example.org" } }""")).Addresses.Hostname,
        Is.EqualTo("mx.example.org"));

    [Test]
    public void Local_domains_are_the_users_without_the_star()
    {
        var configuration = Fixture.Valid(Fixture.ReadFile("""
            { "Xmpp": { "Domain": "smtp.example.org", "Secret": "x", "Users": ["example.org", "*", "example.net"] } }
            """));

        Assert.Multiple(() =>
        {
            Assert.That(configuration.Addresses.AnyUsers, Is.True);
            Assert.That(configuration.Addresses.Users, Is.EqualTo(new[] { "example.org", "example.net" }));
            Assert.That(configuration.Addresses.LocalDomains, Is.EqualTo(new[] { "example.org", "example.net" }));
        });
    }

    [Test]
    public void A_domain_without_a_parent_needs_users() =>
        Assert.That(Fixture.Faults(Fixture.ReadFile("""{ "Xmpp": { "Domain": "gateway", "Secret": "x" } }""")),
            Has.Exactly(1).StartsWith("Xmpp:Users is missing"));

    [Test]
    public void A_configured_list_or_map_replaces_the_default()
    {
        var configuration = Fixture.Valid("""
            "Smtp": { "Listen": ["127.0.0.1:2525", "[::1]:2525"] },
            "Delivery": { "RetryAfter": ["00:02", "00:00:30", "1.00:00:00"] },
            "Mail": { "Domains": { "Example.ORG": "example.org" } }
            """);

        Assert.Multiple(() =>
        {
            Assert.That(configuration.Listen.Smtp.Select(endpoint => endpoint.ToString()), Is.EqualTo(new[] { "127.0.0.1:2525", "[::1]:2525" }));
            Assert.That(configuration.Retry.RetryAfter, Is.EqualTo(new[] { TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(30), TimeSpan.FromDays(1) }));
            Assert.That(configuration.Addresses.MailDomains, Is.EqualTo(new Dictionary<string, string> { ["example.org"] = "example.org" }));
        });
    }

    [Test]
    public void Comments_and_trailing_commas_are_fine() =>
        Assert.That(Fixture.Valid(Fixture.ReadFile("""
            {
              // The component.
              "Xmpp": { "Domain": "smtp.example.org", /* secret */ "Secret": "x", },
            }
            """)).Component.Secret, Is.EqualTo("x"));

    [TestCase("0", 0)]
    [TestCase("00:00:30", 30)]
    [TestCase("1.02:03:04", 93_784)]
    public void Times_are_written_in_three_ways(string text, int seconds) =>
        Assert.That(Fixture.Valid($$"""
            "Delivery": { "HoldFor": "{{text}}" }
            """).Retry.HoldFor, Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    [Test]
    public void A_time_of_zero_may_be_a_number() =>
        Assert.That(Fixture.Valid("""
            "Delivery": { "HoldFor": 0 }
            """).Retry.HoldFor, Is.EqualTo(TimeSpan.Zero));

    [Test]
    public void An_address_is_a_network_of_one()
    {
        var configuration = Fixture.Valid("""
            "Inbound": { "TrustedNetworks": ["10.0.0.1", "2001:db8::/32"] }, "Smtp": { "Proxies": ["::1"] }
            """);

        Assert.Multiple(() =>
        {
            Assert.That(configuration.Inbound.TrustedNetworks.Select(network => network.ToString()), Is.EqualTo(new[] { "10.0.0.1/32", "2001:db8::/32" }));
            Assert.That(configuration.Smtp.Proxies.Select(network => network.ToString()), Is.EqualTo(new[] { "::1/128" }));
            Assert.That(configuration.Smtp.TrustedNetworks, Is.EqualTo(configuration.Inbound.TrustedNetworks));
        });
    }

    [Test]
    public void A_resolver_may_leave_out_its_port() =>
        Assert.That(Fixture.Valid("""
            "Dns": { "Servers": ["127.0.0.1", "[::1]:5353"] }
            """).Dns.Servers.Select(server => server.ToString()), Is.EqualTo(new[] { "127.0.0.1:53", "[::1]:5353" }));
}
