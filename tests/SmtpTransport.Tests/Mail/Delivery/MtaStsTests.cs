using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Delivery.MtaSts;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Mail.Delivery;

internal sealed class MtaStsTests : DeliveryFixture
{
    private const string Enforce = "version: STSv1\r\nmode: enforce\r\nmx: *.mail.test\r\nmax_age: 86400\r\n";

    private FakePolicyHost host = null!;
    private FakeDns dns = null!;

    [SetUp]
    public void Publish() => host = Kept(new FakePolicyHost { Certificate = TestCertificates.For("mta-sts.mail.test"), Text = Enforce });

    [Test]
    public async Task A_valid_certificate_satisfies_the_policy()
    {
        var mx = Secure(Mx(), "mx1.mail.test");
        IsDelivered(await SendAsync(Following(mx)));
        Assert.That(Seen.Tls, Is.EqualTo([("mx1.mail.test", TlsPolicyKind.Sts, TlsResult.Success)]));
        Assert.That(Policies.Stored["mail.test"].Id, Is.EqualTo("1"));
    }

    [TestCase("elsewhere.test", false, "the certificate is for elsewhere.test, and not for mx1.mail.test", TlsResult.CertificateHostMismatch)]
    [TestCase("mx1.mail.test", true, "the certificate expired on 20", TlsResult.CertificateExpired)]
    public async Task A_bad_certificate_defers_and_says_why(string name, bool expired, string why, TlsResult result)
    {
        var mx = Mx();
        mx.Certificate = expired ? TestCertificates.Expired(name) : TestCertificates.For(name);
        var reply = Deferred(await SendAsync(Following(mx)));
        Assert.That(reply.Enhanced, Is.EqualTo("4.7.5"));
        Assert.That(reply.Text, Does.Contain(why));
        Assert.That(mx.Heard, Has.None.StartsWith("MAIL"));
        Assert.That(Seen.Tls, Is.EqualTo([("mx1.mail.test", TlsPolicyKind.Sts, result)]));
    }

    [Test]
    public async Task A_certificate_that_cannot_be_read_defers_and_the_next_host_is_tried()
    {
        var bad = Mx();
        bad.Certificate = TestCertificates.Garbled("mx1.mail.test");
        var reply = Deferred(await SendAsync(Following(bad)));
        Assert.That(reply.ToString(), Does.StartWith("451 4.7.5").And.Contains("the certificate cannot be read"));
        var good = Secure(Mx("127.0.0.2", bad.Port), "mx2.mail.test");
        IsDelivered(await SendAsync(Following([bad, good])));
    }

    [Test]
    public async Task A_certificate_of_an_unknown_authority_defers_and_says_so()
    {
        var mx = Secure(Mx(), "mx1.mail.test");
        // Known still: the policy. Unknown: the authority.
        Keep(Enforce);
        Assert.That(Deferred(await SendAsync(Following(mx, o => o with { TrustedCertificates = [] }))).Text, Does.Contain("no trusted authority stands behind the certificate"));
    }

    [Test]
    public async Task A_stripped_STARTTLS_defers_and_says_so()
    {
        var mx = Mx();
        var reply = Deferred(await SendAsync(Following(mx)));
        Assert.That(reply.ToString(), Does.StartWith("451 4.7.10").And.EndsWith("no STARTTLS offered, which the MTA-STS policy demands"));
        Assert.That(Seen.Tls, Is.EqualTo([("mx1.mail.test", TlsPolicyKind.Sts, TlsResult.StartTlsNotSupported)]));
        Assert.That(mx.Heard, Has.None.StartsWith("MAIL"));
    }

    [Test]
    public async Task The_next_host_is_tried_when_the_first_fails_the_policy()
    {
        var bad = Secure(Mx("127.0.0.1"), "elsewhere.test");
        var good = Secure(Mx("127.0.0.2", bad.Port), "mx2.mail.test");
        IsDelivered(await SendAsync(Following([bad, good])));
        Assert.That((bad.Mails.Count, good.Mails.Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task A_host_that_the_policy_does_not_list_is_not_dialled()
    {
        host.Text = Enforce.Replace("*.mail.test", "mx9.mail.test", StringComparison.Ordinal);
        var mx = Secure(Mx(), "mx1.mail.test");
        Assert.That(Deferred(await SendAsync(Following(mx))).ToString(), Is.EqualTo("451 4.7.5 The MTA-STS policy of mail.test does not list mx1.mail.test"));
        Assert.That(mx.Connections, Is.Zero);
        Assert.That(Seen.Tls, Is.EqualTo([("mx1.mail.test", TlsPolicyKind.Sts, TlsResult.ValidationFailure)]));
    }

    [TestCase("*.mail.test", TlsResult.CertificateHostMismatch)]
    [TestCase("mx9.mail.test", TlsResult.ValidationFailure)]
    public async Task Testing_counts_and_logs_what_it_would_keep_and_lets_it_go(string pattern, TlsResult result)
    {
        host.Text = Enforce.Replace("enforce", "testing", StringComparison.Ordinal).Replace("*.mail.test", pattern, StringComparison.Ordinal);
        var mx = Secure(Mx(), "elsewhere.test");
        IsDelivered(await SendAsync(Following(mx)));
        Assert.That(Seen.Tls, Is.EqualTo([("mx1.mail.test", TlsPolicyKind.Sts, result)]));
        Assert.That(Logs.GetSnapshot().Select(line => line.Message), Has.Some.Contains("an MTA-STS policy in testing mode would keep mail from mx1.mail.test"));
    }

    [Test]
    public async Task Testing_falls_back_to_plain_where_TLS_fails()
    {
        host.Text = Enforce.Replace("enforce", "testing", StringComparison.Ordinal);
        IsDelivered(await SendAsync(Following(Mx())));
        Assert.That(Seen.Tls, Is.EqualTo([("mx1.mail.test", TlsPolicyKind.Sts, TlsResult.StartTlsNotSupported)]));
    }

    [Test]
    public async Task A_policy_is_fetched_once_and_again_when_its_id_changes()
    {
        var mx = Secure(Mx(), "mx1.mail.test");
        var sender = Following(mx, o => o, new DestinationLimits { MailsPerConnection = 1 });
        await Task.WhenAll(SendAsync(sender), SendAsync(sender));
        IsDelivered(await SendAsync(sender));
        Assert.That(host.Requests, Is.EqualTo(1));
        dns.Txt("_mta-sts.mail.test", "v=STSv1; id=2;");
        IsDelivered(await SendAsync(sender));
        Assert.That((host.Requests, Policies.Stored["mail.test"].Id), Is.EqualTo((2, "2")));
    }

    [Test]
    public async Task A_known_policy_counts_when_its_host_or_its_record_is_gone([Values] bool record)
    {
        Keep(Enforce);
        var mx = Mx();
        var sender = Following(mx);
        host.Status = "500 Broken";
        dns.Txt("_mta-sts.mail.test", record ? ["v=STSv1; id=3;"] : []);
        Assert.That(Deferred(await SendAsync(sender)).Enhanced, Is.EqualTo("4.7.10"));
        Assert.That(host.Requests, Is.EqualTo(record ? 1 : 0));
    }

    [Test]
    public async Task A_policy_that_has_ended_counts_no_more()
    {
        Policies.Stored["mail.test"] = new StoredStsPolicy("1", Enforce, DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(-1));
        var sender = Following(Mx());
        host.Status = "404 Gone";
        IsDelivered(await SendAsync(sender));
    }

    [Test]
    public async Task A_policy_that_was_fetched_in_the_future_is_looked_at_again()
    {
        Policies.Stored["mail.test"] = new StoredStsPolicy("1", Enforce, DateTimeOffset.UtcNow.AddDays(3), DateTimeOffset.UtcNow.AddDays(4));
        IsDelivered(await SendAsync(Following(Secure(Mx(), "mx1.mail.test"))));
        Assert.That(host.Requests, Is.EqualTo(1));
        Assert.That(Policies.Stored["mail.test"].FetchedAt, Is.LessThan(DateTimeOffset.UtcNow.AddDays(1)));
    }

    [TestCase("404 Not Found", "text/plain", "", TlsResult.StsPolicyFetchError)]
    [TestCase("302 Found", "text/plain", "Location: https://mta-sts.mail.test/other\r\n", TlsResult.StsPolicyFetchError)]
    [TestCase("200 OK", "text/html", "", TlsResult.StsPolicyInvalid)]
    public async Task A_policy_that_cannot_be_had_is_none_and_is_counted_and_not_asked_for_at_once(string status, string type, string headers, TlsResult result)
    {
        (host.Status, host.ContentType, host.Headers) = (status, type, headers);
        var mx = Mx();
        var sender = Following(mx, o => o, new DestinationLimits { MailsPerConnection = 1 });
        IsDelivered(await SendAsync(sender));
        IsDelivered(await SendAsync(sender));
        Assert.That(Seen.Tls[0], Is.EqualTo(("mta-sts.mail.test", TlsPolicyKind.Sts, result)));
        Assert.That(host.Requests, Is.EqualTo(1));
    }

    [Test]
    public async Task A_policy_of_more_than_64_KiB_is_none()
    {
        host.Text = Enforce + new string('x', 70_000);
        IsDelivered(await SendAsync(Following(Mx())));
        Assert.That(Seen.Tls[0].Result, Is.EqualTo(TlsResult.StsPolicyFetchError));
    }

    [Test]
    public async Task A_policy_behind_a_bad_certificate_is_none()
    {
        host.Certificate = TestCertificates.For("elsewhere.test");
        IsDelivered(await SendAsync(Following(Mx())));
        Assert.That(Seen.Tls[0].Result, Is.EqualTo(TlsResult.StsWebpkiInvalid));
        Assert.That(Logs.GetSnapshot().Select(line => line.Message), Has.Some.Contains("cannot be had: the certificate is for elsewhere.test, and not for mta-sts.mail.test"));
    }

    [Test]
    public async Task An_address_in_the_certificate_of_a_policy_host_is_nothing_to_fetch_from()
    {
        using var inside = new TcpListener(IPAddress.Loopback, 0);
        inside.Start();
        host.Certificate = TestCertificates.WithAuthorityAt($"http://{inside.LocalEndpoint}/authority.cer", "mta-sts.mail.test");
        IsDelivered(await SendAsync(Following(Mx())));
        Assert.That((Seen.Tls[0].Result, inside.Pending()), Is.EqualTo((TlsResult.StsWebpkiInvalid, false)));
    }

    [Test]
    public async Task A_policy_host_on_a_private_address_is_not_asked()
    {
        var fetch = new StsPolicyFetch(
            new DeliveryOptions { Hostname = "gateway.test", StsPort = host.Port, TrustedCertificates = [TestCertificates.Authority] },
            new FakeDns().Address("mta-sts.mail.test", "127.0.0.1"), new FakeTimeProvider(DateTimeOffset.UtcNow));
        var outcome = await fetch.FetchAsync("mail.test");
        Assert.That(((StsFetched.Nothing)outcome).Why.Words, Does.Contain("private address"));
        Assert.That(host.Requests, Is.Zero);
    }

    [Test]
    public async Task A_mail_that_waives_TLS_goes_in_the_open()
    {
        Assert.That(Deferred(await SendAsync(Following(Mx()))).Enhanced, Is.EqualTo("4.7.10"));
        IsDelivered(await SendAsync(Following(Mx()), "TLS-Required: No\r\n" + Hello));
    }

    private static FakeMx Secure(FakeMx mx, string name)
    {
        mx.Certificate = TestCertificates.For(name);
        return mx;
    }

    private void Keep(string policy) =>
        Policies.Stored["mail.test"] = new StoredStsPolicy("1", policy, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(23));

    private MailSender Following(FakeMx mx) => Following(mx, o => o);

    private MailSender Following(FakeMx mx, Func<DeliveryOptions, DeliveryOptions> with, DestinationLimits? limits = null) => Following([mx], with, limits);

    private MailSender Following(FakeMx[] servers, Func<DeliveryOptions, DeliveryOptions>? with = null, DestinationLimits? limits = null)
    {
        dns = new FakeDns()
            .Mx("mail.test", [.. servers.Select((_, index) => (10 * (index + 1), $"mx{index + 1}.mail.test"))])
            .Txt("_mta-sts.mail.test", "v=spf1 -all", "v=STSv1; id=1;")
            .Address("mta-sts.mail.test", "127.0.0.1");
        for (var i = 0; i < servers.Length; i++)
            dns.Address($"mx{i + 1}.mail.test", servers[i].EndPoint.Address.ToString());
        var options = new DeliveryOptions
        {
            Hostname = "gateway.test",
            Port = servers[0].Port,
            StsPort = host.Port,
            AllowPrivateAddresses = true,
            TrustedCertificates = [TestCertificates.Authority],
        };
        return Sender(with is null ? options : with(options), dns, limits: limits);
    }
}
