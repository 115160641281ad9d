using System.Net;
using SmtpTransport.Gateway.Files;
using SmtpTransport.Gateway.MailToXmpp;

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
            Assert.That(configuration.Listen.Certificate, Is.Null);
            Assert.That(configuration.Smtp.MaxMessageSize, Is.EqualTo(26_214_400));
            Assert.That((configuration.Smtp.MaxConnections, configuration.Smtp.MaxConnectionsPerAddress), Is.EqualTo((1000, 20)));
            Assert.That((configuration.Smtp.IdleTimeout, configuration.Smtp.DataTimeout), Is.EqualTo((TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10))));
            Assert.That(configuration.Smtp.Proxies, Is.Empty);
            Assert.That(configuration.Inbound.Dmarc, Is.EqualTo(DmarcMode.Enforce));
            Assert.That(configuration.Inbound.MailsPerMinute, Is.EqualTo(300));
            Assert.That(configuration.Inbound.NewSenderDelay, Is.EqualTo(TimeSpan.Zero));
            Assert.That(configuration.Inbound.Rspamd, Is.Null);
            Assert.That(configuration.Inbound.Dnsbl.Concat(configuration.Inbound.TrustedSealers), Is.Empty);
            Assert.That(configuration.Inbound.TrustedNetworks, Is.Empty);
            Assert.That(configuration.Delivery.Relay, Is.Null);
            Assert.That(configuration.Delivery.Port, Is.EqualTo(25));
            Assert.That(configuration.Delivery.AllowPrivateAddresses, Is.False);
            Assert.That(configuration.Delivery.TrustedCertificates, Is.Empty);
            Assert.That(configuration.DkimKeys, Is.Empty);
            Assert.That(configuration.Retry.HoldFor, Is.EqualTo(TimeSpan.FromSeconds(10)));
            Assert.That(configuration.Retry.RetryAfter.Select(pause => pause.TotalMinutes), Is.EqualTo(new[] { 1, 5, 15, 30, 60, 120, 240, 480, 960 }));
            Assert.That(configuration.Retry.GiveUpAfter, Is.EqualTo(TimeSpan.FromDays(2)));
            Assert.That((configuration.Limits.MessagesPerHour, configuration.Limits.Burst), Is.EqualTo((120, 30)));
            Assert.That((configuration.Limits.RecipientsPerDay, configuration.Limits.NewRecipientsPerDay), Is.EqualTo((1000, 200)));
            Assert.That((configuration.Dns.Servers.Count, configuration.Dns.TrustAd), Is.EqualTo((0, false)));
            Assert.That(configuration.Storage.ConnectionString, Is.EqualTo("Data Source=/var/lib/smtp-transport/smtp-transport.db"));
            Assert.That((configuration.Fetch.MaxFetchSize, configuration.Files.Via), Is.EqualTo((26_214_400, FileWay.Auto)));
            Assert.That((configuration.Links.PublicUrl, configuration.Links.KeepFor), Is.EqualTo(((Uri?)null, TimeSpan.FromDays(30))));
            Assert.That(configuration.Addresses.Admins, Is.Empty);
            Assert.That(configuration.Warnings, Is.Empty);
        });
    }

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

    [TestCase("\"Smtp\": { \"Hostname\": null, \"Listen\": null }")]
    [TestCase("\"Delivery\": { \"Relay\": null, \"RelayFile\": null, \"Dkim\": null, \"Port\": null }")]
    [TestCase("\"Delivery\": { \"Dkim\": {} }, \"Mail\": { \"Domains\": {} }")]
    [TestCase("\"Delivery\": { \"Dkim\": [] }, \"Admins\": [], \"Inbound\": {}, \"Web\": null")]
    [TestCase("\"Web\": { \"PublicUrl\": null }, \"Inbound\": { \"Rspamd\": null, \"Dnsbl\": [], \"TrustedSealers\": null }, \"Storage\": null, \"Logging\": null")]
    public void What_is_null_or_empty_is_not_given(string sections)
    {
        var configuration = Fixture.Valid(sections);

        Assert.That(configuration.Delivery, Has.Property("Relay").Null.And.Property("Port").EqualTo(25).And.Property("SigningKeys").Empty);
        Assert.That((configuration.Listen.Smtp.Single().Port, configuration.Links.PublicUrl, configuration.Inbound.Rspamd), Is.EqualTo((25, (Uri?)null, (Uri?)null)));
    }

    [Test]
    public void Our_own_name_is_written_in_A_labels() =>
        Assert.That(
            Fixture.Valid("\"Smtp\": { \"Hostname\": \"MX.bücher.example\" }"),
            Has.Property("Smtp").Property("Hostname").EqualTo("mx.xn--bcher-kva.example").And.Property("Delivery").Property("Hostname").EqualTo("mx.xn--bcher-kva.example"));

    /// <summary>RFC 5321 §4.5.1: postmaster is reached there too.</summary>
    [Test]
    public void Mail_for_our_own_name_is_served() =>
        Assert.That(Fixture.Valid("\"Smtp\": { \"Hostname\": \"mx.example.org\" }").Addresses.Hostname, Is.EqualTo("mx.example.org"));

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
