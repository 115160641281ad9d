using System.Net;
using SmtpTransport.Host.Checks;
using SmtpTransport.Host.Configuration;
using SmtpTransport.Mail.Dns;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Host.Checks;

internal sealed class DomainCheckTests
{
    private static readonly IPAddress Own = IPAddress.Parse("192.0.2.25");

    private FakeDns dns = null!;

    [SetUp]
    public void PublishWhatIsRight() => dns = new FakeDns()
        .Address("mx.example.org", "192.0.2.25")
        .Ptr("192.0.2.25", "mx.example.org")
        .Mx("example.org", (10, "mx.example.org"))
        .Txt("example.org", "some verification", "v=spf1 mx -all")
        .Txt("_dmarc.example.org", "v=DMARC1; p=reject");

    [Test]
    public async Task A_domain_with_every_record_has_no_fault() => Assert.That(await FaultsAsync(), Is.Empty);

    [Test]
    public async Task A_missing_mx_is_answered_with_the_record() =>
        Assert.That(await FaultsAsync(dns.Mx("example.org", DnsStatus.NoData)), Is.EqualTo(new[] { "MX example.org: missing -> example.org. IN MX 10 mx.example.org." }));

    [Test]
    public async Task An_mx_elsewhere_is_a_fault() =>
        Assert.That(await FaultsAsync(dns.Mx("example.org", (10, "mx.elsewhere.example"))),
            Is.EqualTo(new[] { "MX example.org: leads to mx.elsewhere.example -> example.org. IN MX 10 mx.example.org." }));

    [Test]
    public async Task A_null_mx_is_a_fault() =>
        Assert.That(await FaultsAsync(dns.Mx("example.org", (0, ""))), Has.Exactly(1).Contains("leads to nowhere (null MX)"));

    [Test]
    public async Task A_missing_spf_record_is_a_fault() =>
        Assert.That(await FaultsAsync(dns.Txt("example.org")), Is.EqualTo(new[] { "SPF example.org: missing -> example.org. IN TXT \"v=spf1 mx ~all\"" }));

    [Test]
    public async Task Two_spf_records_are_a_fault() =>
        Assert.That(await FaultsAsync(dns.Txt("example.org", "v=spf1 a -all", "v=spf1 mx -all")), Has.Exactly(1).StartsWith("SPF example.org: 2 records"));

    [TestCase("v=spf1 ip4:192.0.2.25 -all", true)]
    [TestCase("v=spf1 ip4:192.0.2.0/24 -all", true)]
    [TestCase("v=spf1 include:elsewhere.example -all", true)]
    [TestCase("v=spf1 +all", true)]
    [TestCase("v=spf1", false)]
    [TestCase("v=spf1 -all", false)]
    [TestCase("v=spf1 ~all", false)]
    [TestCase("v=spf1 a ip4:198.51.100.0/24 ~all", false)]
    [TestCase("v=spf1 -ip4:192.0.2.25 mx -all", false)]
    public async Task An_spf_record_allows_our_address(string record, bool allowed) =>
        Assert.That(await FaultsAsync(dns.Txt("example.org", record)), Has.Count.EqualTo(allowed ? 0 : 1));

    [Test]
    public async Task Behind_a_relay_nobody_knows_who_sends() =>
        Assert.That(await FaultsAsync(dns.Txt("example.org", "v=spf1 -all"), addresses: []), Is.Empty);

    [Test]
    public async Task A_missing_dmarc_record_is_a_fault() =>
        Assert.That(await FaultsAsync(dns.Txt("_dmarc.example.org")),
            Is.EqualTo(new[] { "DMARC example.org: missing -> _dmarc.example.org. IN TXT \"v=DMARC1; p=none; rua=mailto:postmaster@example.org\"" }));

    [Test]
    public async Task A_dmarc_record_may_stand_higher_up() =>
        Assert.That(await FaultsAsync(dns.Mx("smtp.example.org", (10, "mx.example.org")).Txt("smtp.example.org", "v=spf1 mx -all"), "smtp.example.org"), Is.Empty);

    [TestCase("v=DMARC1; p=sometimes")]
    public async Task A_dmarc_policy_has_three_words(string record) =>
        Assert.That(await FaultsAsync(dns.Txt("_dmarc.example.org", record)),
            Has.Exactly(1).StartsWith("DMARC example.org: is not understood: " + record));

    [Test]
    public async Task Silence_of_dns_is_a_fault_of_its_own() =>
        Assert.That(await FaultsAsync(dns.Mx("example.org", DnsStatus.Failed)),
            Is.EqualTo(new[]
            {
                "MX example.org: DNS did not answer for example.org -> Look at Dns:Servers and the zone's name servers, then check again",
            }));

    [Test]
    public async Task Mta_sts_is_advice() =>
        Assert.That((await RunAsync(dns, "example.org", [Own], [])).Single(finding => finding.Subject.StartsWith("MTA-STS", StringComparison.Ordinal)).Grade,
            Is.EqualTo(Grade.Advice));

    [Test]
    public async Task Without_a_dkim_key_the_check_says_how_to_make_one() =>
        Assert.That((await RunAsync(dns, "example.org", [Own], [])).Single(finding => finding.Subject == "DKIM example.org").Cure, Does.Contain("Delivery:Dkim"));

    [Test]
    public async Task A_dkim_key_is_compared_with_its_record()
    {
        using var rsa = System.Security.Cryptography.RSA.Create(2048);
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, Path.GetRandomFileName());
        await File.WriteAllTextAsync(file, rsa.ExportPkcs8PrivateKeyPem());
        var key = new DkimKey(null, "mail", file);
        var published = Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo());

        var missing = await FaultsAsync(dns, keys: key);
        var wrong = await FaultsAsync(dns.Txt("mail._domainkey.example.org", "v=DKIM1; p=AAAA"), keys: key);
        var right = await FaultsAsync(dns.Txt("mail._domainkey.example.org", $"v=DKIM1; k=rsa; p={published}"), keys: key);
        File.Delete(file);

        Assert.Multiple(() =>
        {
            Assert.That(missing, Is.EqualTo(new[]
            {
                $"DKIM mail._domainkey.example.org: missing -> mail._domainkey.example.org. IN TXT \"v=DKIM1; k=rsa; p={published}\"",
            }));
            Assert.That(wrong, Has.Exactly(1).Contains("holds another key"));
            Assert.That(right, Is.Empty);
        });
    }

    private async Task<IReadOnlyList<string>> FaultsAsync(
        FakeDns? zone = null, string domain = "example.org", IPAddress[]? addresses = null, params DkimKey[] keys) =>
    [
        .. from finding in await RunAsync(zone ?? dns, domain, addresses ?? [Own], keys)
           where finding.Grade == Grade.Fault
           select $"{finding.Subject}: {finding.Text} -> {finding.Cure}",
    ];

    private static Task<IReadOnlyList<Finding>> RunAsync(FakeDns zone, string domain, IPAddress[] addresses, DkimKey[] keys) =>
        new DomainCheck(zone, "mx.example.org", addresses, keys).RunAsync(domain, CancellationToken.None);
}
