using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Dns;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Mail.Delivery;

internal sealed class DaneTests : DeliveryFixture
{
    private FakeDns dns = null!;

    [Test]
    public async Task A_matching_end_entity_record_is_enough_whatever_name_or_date_or_issuer([Values(0, 1)] int selector, [Values(0, 1, 2)] int type)
    {
        var mx = Mx();
        mx.Certificate = TestCertificates.Expired("elsewhere.test");
        var sender = Signed(mx, Record(3, selector, type, mx.Certificate));
        IsDelivered(await SendAsync(sender));
        Assert.That(Seen.Tls, Is.EqualTo([("mx.mail.test", TlsPolicyKind.Tlsa, TlsResult.Success)]));
    }

    [Test]
    public async Task One_of_several_records_is_enough()
    {
        var mx = Mx();
        mx.Certificate = TestCertificates.For("mx.mail.test");
        using var next = TestCertificates.For("mx.mail.test");
        IsDelivered(await SendAsync(Signed(mx, Record(3, 1, 1, next), Record(3, 1, 1, mx.Certificate))));
    }

    [Test]
    public async Task A_certificate_that_matches_no_record_defers_and_says_so()
    {
        var mx = Mx();
        mx.Certificate = TestCertificates.For("mx.mail.test");
        using var other = TestCertificates.For("mx.mail.test");
        var reply = Deferred(await SendAsync(Signed(mx, Record(3, 1, 1, other))));
        Assert.That(reply.ToString(), Does.StartWith("451 4.7.5").And.EndsWith("the certificate matches none of the TLSA records of mx.mail.test"));
        Assert.That(mx.Heard, Has.None.StartsWith("MAIL"));
        Assert.That(Seen.Tls, Is.EqualTo([("mx.mail.test", TlsPolicyKind.Tlsa, TlsResult.ValidationFailure)]));
    }

    [Test]
    public async Task A_stripped_STARTTLS_defers()
    {
        var mx = Mx();
        using var certificate = TestCertificates.For("mx.mail.test");
        Assert.That(Deferred(await SendAsync(Signed(mx, Record(3, 1, 1, certificate)))).ToString(), Does.EndWith("no STARTTLS offered, which its TLSA record demands"));
        Assert.That(mx.Heard, Has.None.StartsWith("MAIL"));
    }

    [Test]
    public async Task Records_that_cannot_be_used_demand_encryption_and_no_more()
    {
        var mx = Mx();
        using var certificate = TestCertificates.For("mx.mail.test");
        var unusable = new[] { Record(0, 0, 1, certificate), Record(1, 1, 1, certificate), new TlsaRecord(3, 1, 1, new byte[5]), Record(3, 7, 1, certificate) };
        Assert.That(Deferred(await SendAsync(Signed(mx, unusable))).Enhanced, Is.EqualTo("4.7.10"));
        mx.Certificate = TestCertificates.Expired("elsewhere.test");
        IsDelivered(await SendAsync(Signed(mx, unusable)));
        Assert.That(Seen.Tls[^1], Is.EqualTo(("mx.mail.test", TlsPolicyKind.Tlsa, TlsResult.TlsaInvalid)));
    }

    [Test]
    public async Task A_DNS_that_does_not_answer_for_the_records_keeps_the_mail()
    {
        var mx = Mx();
        mx.Certificate = TestCertificates.For("mx.mail.test");
        var sender = Signed(mx);
        dns.Tlsa($"_{mx.Port}._tcp.mx.mail.test", DnsStatus.Failed);
        Assert.That(Deferred(await SendAsync(sender)).ToString(), Is.EqualTo("451 4.4.3 The DNS does not answer for the TLSA records of mx.mail.test"));
        Assert.That(mx.Connections, Is.Zero);
        Assert.That(Seen.Tls, Is.EqualTo([("mx.mail.test", TlsPolicyKind.Tlsa, TlsResult.DnssecInvalid)]));
    }

    [Test]
    public async Task Without_DNSSEC_no_TLSA_record_is_asked_for()
    {
        var mx = Mx();
        using var other = TestCertificates.For("mx.mail.test");
        IsDelivered(await SendAsync(Sender(mx, Record(3, 1, 1, other))));
        Assert.That(dns.Asked, Has.None.StartsWith("TLSA"));
    }

    [Test]
    public async Task An_insecure_MX_makes_the_TLSA_record_of_a_secure_host_void()
    {
        var mx = Mx();
        using var other = TestCertificates.For("mx.mail.test");
        var sender = Sender(mx, Record(3, 1, 1, other));
        dns.Signed(".mail.test");
        IsDelivered(await SendAsync(sender));
        Assert.That(dns.Asked, Has.None.StartsWith("TLSA"));
    }

    [Test]
    public async Task Where_an_alias_leads_comes_first_then_the_alias_itself([Values] bool atTarget)
    {
        var mx = Mx();
        mx.Certificate = TestCertificates.For("elsewhere.test");
        using var other = TestCertificates.For("mx.mail.test");
        var sender = Signed(mx, Record(3, 1, 1, atTarget ? other : mx.Certificate));
        dns.Address("real.mail.test", "127.0.0.1").Alias("mx.mail.test", "real.mail.test");
        if (atTarget)
            dns.Tlsa($"_{mx.Port}._tcp.real.mail.test", Record(3, 1, 1, mx.Certificate));
        IsDelivered(await SendAsync(sender));
    }

    [Test]
    public async Task An_alias_that_leads_out_of_its_signed_zone_speaks_for_itself()
    {
        var mx = Mx();
        mx.Certificate = TestCertificates.For("mx.mail.test");
        using var other = TestCertificates.For("mx.mail.test");
        var sender = Signed(mx, Record(3, 1, 1, other));
        dns.Address("real.plain.test", "127.0.0.1").Alias("mx.mail.test", "real.plain.test");
        Assert.That(Deferred(await SendAsync(sender)).Text, Does.EndWith("matches none of the TLSA records of mx.mail.test"));
        Assert.That(dns.Asked, Has.None.EqualTo($"TLSA _{mx.Port}._tcp.real.plain.test"));

        dns.Tlsa($"_{mx.Port}._tcp.mx.mail.test", Record(3, 1, 1, mx.Certificate));
        IsDelivered(await SendAsync(sender));
    }

    [Test]
    public async Task An_alias_of_a_zone_that_is_not_signed_speaks_for_nobody()
    {
        var mx = Mx();
        using var other = TestCertificates.For("mx.mail.test");
        var sender = Signed(mx);
        dns.Mx("mail.test", (10, "mx.plain.test")).Address("real.plain.test", "127.0.0.1").Alias("mx.plain.test", "real.plain.test")
            .Tlsa($"_{mx.Port}._tcp.mx.plain.test", Record(3, 1, 1, other));
        IsDelivered(await SendAsync(sender));
        Assert.That(dns.Asked, Has.None.StartsWith("TLSA"), "many name servers of such zones do not even answer (RFC 7672 §2.1.3)");
    }

    [Test]
    public async Task A_DNS_that_does_not_say_whether_an_alias_is_signed_does_not_make_it_unsigned()
    {
        var mx = Mx();
        using var other = TestCertificates.For("mx.mail.test");
        var sender = Signed(mx, Record(3, 1, 1, other));
        dns.Address("real.plain.test", "127.0.0.1").Alias("mx.mail.test", "real.plain.test").Alias("mx.mail.test", DnsStatus.Failed);
        Assert.That(Deferred(await SendAsync(sender)).Enhanced, Is.EqualTo("4.7.10"));
        Assert.That(mx.Heard, Has.None.StartsWith("MAIL"));
    }

    [Test]
    public async Task A_weaker_digest_does_not_count_beside_a_stronger_one_of_the_same_thing()
    {
        var mx = Mx();
        mx.Certificate = TestCertificates.For("mx.mail.test");
        using var other = TestCertificates.For("mx.mail.test");
        Deferred(await SendAsync(Signed(mx, Record(3, 1, 1, mx.Certificate), Record(3, 1, 2, other))));
        IsDelivered(await SendAsync(Signed(mx, Record(3, 1, 1, other), Record(3, 1, 2, mx.Certificate))));
        // Of another thing it does, and what is no digest always does; a stronger one that cannot be used is none.
        IsDelivered(await SendAsync(Signed(mx, Record(3, 0, 1, mx.Certificate), Record(3, 1, 2, other))));
        IsDelivered(await SendAsync(Signed(mx, Record(3, 1, 0, mx.Certificate), Record(3, 1, 2, other))));
        IsDelivered(await SendAsync(Signed(mx, Record(3, 1, 1, mx.Certificate), new TlsaRecord(3, 1, 2, new byte[5]))));
    }

    [Test]
    public async Task A_trust_anchor_vouches_for_the_names_of_the_host_and_of_the_domain()
    {
        using var chain = new TestCertificateChain();
        foreach (var (name, taken) in new[] { ("mx.mail.test", true), ("mail.test", true), ("elsewhere.test", false) })
        {
            var mx = Mx();
            (mx.Certificate, mx.Intermediates) = chain.IssueForServer(name, withRoot: true);
            var outcome = await SendAsync(Signed(mx, Record(2, 1, 1, chain.Intermediate)));
            if (taken)
                IsDelivered(outcome);
            else
                Assert.That(Deferred(outcome).Text, Does.Contain("the certificate is for elsewhere.test, and not for mx.mail.test"));
        }
    }

    [TestCase(true, true)]
    [TestCase(false, false, Description = "RFC 7672 §3.1.2: the server has to show it")]
    public void A_root_is_a_trust_anchor_when_it_is_shown(bool isShown, bool isTaken)
    {
        using var chain = new TestCertificateChain();
        var (leaf, others) = chain.IssueForServer("mx.mail.test", withRoot: isShown);
        using var presented = new X509Chain();
        presented.ChainPolicy.ExtraStore.AddRange(others);
        var policy = new TlsPolicy.Dane("mx.mail.test", [Record(2, 0, 1, chain.Root)], ["mx.mail.test"]);
        Assert.That(TlsaCheck.Check(policy, leaf, presented, DateTimeOffset.UtcNow), isTaken ? Is.Null : Is.Not.Null);
    }

    [Test]
    public async Task An_anchor_that_is_shown_but_has_not_signed_vouches_for_nothing()
    {
        using var chain = new TestCertificateChain();
        using var forged = new TestCertificateChain();
        var mx = Mx();
        var (leaf, _) = forged.IssueForServer("mx.mail.test", withRoot: false);
        (mx.Certificate, mx.Intermediates) = (leaf, [chain.Intermediate, chain.Root]);
        foreach (var anchor in new[] { chain.Root, chain.Intermediate })
            Assert.That(Deferred(await SendAsync(Signed(mx, Record(2, 1, 1, anchor)))).Text, Does.Contain("matches none of the TLSA records"));
    }

    [Test]
    public async Task DANE_comes_before_MTA_STS()
    {
        var mx = Mx();
        mx.Certificate = TestCertificates.For("elsewhere.test");
        Policies.Stored["mail.test"] = new SmtpTransport.Mail.Delivery.MtaSts.StoredStsPolicy(
            "1", "version: STSv1\nmode: enforce\nmx: other.test\nmax_age: 86400", DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        IsDelivered(await SendAsync(Signed(mx, Record(3, 1, 1, mx.Certificate))));
    }

    private static TlsaRecord Record(int usage, int selector, int type, X509Certificate2 certificate)
    {
        var selected = selector == 0 ? certificate.RawData : certificate.PublicKey.ExportSubjectPublicKeyInfo();
        return new TlsaRecord((byte)usage, (byte)selector, (byte)type, type switch { 1 => SHA256.HashData(selected), 2 => SHA512.HashData(selected), _ => selected });
    }

    private MailSender Signed(FakeMx mx, params TlsaRecord[] records)
    {
        var sender = Sender(mx, records);
        dns.Signed("mail.test");
        return sender;
    }

    private MailSender Sender(FakeMx mx, params TlsaRecord[] records)
    {
        dns = new FakeDns().Mx("mail.test", (10, "mx.mail.test")).Address("mx.mail.test", "127.0.0.1");
        if (records.Length > 0)
            dns.Tlsa($"_{mx.Port}._tcp.mx.mail.test", records);
        return Sender(new DeliveryOptions { Hostname = "gateway.test", Port = mx.Port, AllowPrivateAddresses = true }, dns);
    }
}
