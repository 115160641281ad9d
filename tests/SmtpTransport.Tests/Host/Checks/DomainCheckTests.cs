using System.Net;
using SmtpTransport.Host.Checks;
using SmtpTransport.Host.Configuration;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Delivery.MtaSts;
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
        .Txt("example.org", "some verification", "v=spf1 ip4:192.0.2.25 -all")
        .Txt("_dmarc.example.org", "v=DMARC1; p=reject")
        .Txt("ours.example", "v=spf1 ip4:192.0.2.0/24 -all")
        .Address("192.0.2.25.list.example", "127.0.0.2");

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
    [TestCase("v=spf1 include:elsewhere.example -all", false)]
    [TestCase("v=spf1 include:ours.example -all", true)]
    [TestCase("v=spf1 redirect=ours.example", true)]
    [TestCase("v=spf1 exists:%{i}.list.example -all", true)]
    [TestCase("v=spf1 mx:typo..example -all", false)]
    [TestCase("v=spf1 +all", true)]
    [TestCase("v=spf1", false)]
    [TestCase("v=spf1 -all", false)]
    [TestCase("v=spf1 ~all", false)]
    [TestCase("v=spf1 a ip4:198.51.100.0/24 ~all", false)]
    [TestCase("v=spf1 -ip4:192.0.2.25 mx -all", false)]
    public async Task An_spf_record_allows_our_address(string record, bool allowed) =>
        Assert.That(await FaultsAsync(dns.Txt("example.org", record)), Has.Count.EqualTo(allowed ? 0 : 1));

    [TestCase("v=spf1 ip4:198.51.100.7 -all", "Ok")]
    [TestCase("v=spf1 mx -all", "Advice")]
    public async Task Behind_a_relay_its_addresses_are_a_guess(string record, string grade)
    {
        var relay = new OutgoingHosts([IPAddress.Parse("198.51.100.7")], "relay.example");

        var finding = (await RunAsync(dns.Txt("example.org", record), "example.org", relay, [])).Single(found => found.Subject == "SPF example.org");

        Assert.That(finding.Grade.ToString(), Is.EqualTo(grade));
        if (grade == "Advice")
            Assert.That(finding.Cure, Does.Contain("example.org. IN TXT \"v=spf1 mx a:relay.example ~all\""));
    }

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
    public async Task Mta_sts_is_advice_with_record_and_policy()
    {
        var finding = await PolicyAsync(dns, "");

        Assert.That(finding.Grade, Is.EqualTo(Grade.Advice));
        Assert.That(finding.Cure, Does.StartWith("_mta-sts.example.org. IN TXT \"v=STSv1; id=1\"").And.Contains("mx: mx.example.org"));
    }

    [TestCase("version: STSv1\nmode: enforce\nmx: mx.example.org\nmax_age: 604800\n", "Ok", "mode: enforce")]
    [TestCase("version: STSv1\r\nmode: testing\r\nmx: *.example.org\r\nmax_age: 86400\r\n", "Ok", "mode: testing")]
    [TestCase("version: STSv1\nmode: enforce\nmx: mx.elsewhere.example\nmax_age: 604800\n", "Advice", "has a policy that does not name mx.example.org: mail does not arrive")]
    [TestCase("version: STSv1\nmode: none\nmax_age: 604800\n", "Advice", "has a policy that asks for nothing (mode: none)")]
    [TestCase(null, "Advice", "is announced, but its policy cannot be had: the policy host answers 404")]
    public async Task An_mta_sts_policy_is_fetched_and_read(string? policy, string grade, string text)
    {
        var finding = await PolicyAsync(dns.Txt("_mta-sts.example.org", "v=STSv1; id=20261122;"), policy);

        Assert.That((finding.Grade.ToString(), finding.Text), Is.EqualTo((grade, text)));
    }

    [Test]
    public async Task A_domain_without_a_key_is_a_fault_unless_a_relay_may_sign()
    {
        var relay = new OutgoingHosts([Own], "relay.example");

        Assert.That((await RunAsync(dns, "example.org", new OutgoingHosts([Own], null), [])).Single(finding => finding.Subject == "DKIM example.org").Grade, Is.EqualTo(Grade.Fault));
        Assert.That((await RunAsync(dns, "example.org", relay, [])).Single(finding => finding.Subject == "DKIM example.org").Grade, Is.EqualTo(Grade.Advice));
    }

    private static async Task<Finding> PolicyAsync(FakeDns zone, string? policy)
    {
        return (await new DomainCheck(zone, _ => Task.FromResult(Fetched(policy)), "mx.example.org", new OutgoingHosts([Own], null), []).RunAsync("example.org", CancellationToken.None))
            .Single(finding => finding.Subject == "MTA-STS example.org");
    }

    private static async Task<IReadOnlyList<string>> FaultsOfAsync(FakeDns zone, string domain) =>
    [
        .. from finding in await RunAsync(zone, domain, new OutgoingHosts([Own], null), [])
           where finding.Grade == Grade.Fault && !finding.Subject.StartsWith("DKIM", StringComparison.Ordinal)
           select $"{finding.Subject}: {finding.Text} -> {finding.Cure}",
    ];

    private async Task<IReadOnlyList<string>> FaultsAsync(FakeDns? zone = null, string domain = "example.org") => await FaultsOfAsync(zone ?? dns, domain);

    private static async Task<IReadOnlyList<Finding>> RunAsync(FakeDns zone, string domain, OutgoingHosts outgoing, DkimKey[] keys)
    {
        return await new DomainCheck(zone, _ => Task.FromResult(Fetched(null)), "mx.example.org", outgoing, keys).RunAsync(domain, CancellationToken.None);
    }

    /// <summary>Null: there is none.</summary>
    private static StsFetched Fetched(string? text) => text is not null && StsPolicy.Parse(text) is { } policy
        ? new StsFetched.Policy(policy, text)
        : new StsFetched.Nothing(new TlsFault(TlsResult.StsPolicyFetchError, "the policy host answers 404"));
}
