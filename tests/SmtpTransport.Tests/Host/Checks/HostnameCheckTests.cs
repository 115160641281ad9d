using System.Net;
using SmtpTransport.Host.Checks;
using SmtpTransport.Mail.Dns;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Host.Checks;

internal sealed class HostnameCheckTests
{
    [Test]
    public async Task A_name_with_an_address_that_leads_back_is_right()
    {
        var (findings, addresses) = await RunAsync(new FakeDns().Address("mx.example.org", "192.0.2.25").Ptr("192.0.2.25", "MX.example.org"));

        Assert.That(findings.Select(finding => finding.Grade), Is.All.EqualTo(Grade.Ok));
        Assert.That(addresses, Is.EqualTo(new[] { IPAddress.Parse("192.0.2.25") }));
    }

    [Test]
    public async Task A_name_without_an_address_is_a_fault()
    {
        var (findings, _) = await RunAsync(new FakeDns());

        Assert.That(findings.Single(), Has.Property("Grade").EqualTo(Grade.Fault).And.Property("Cure").StartsWith("mx.example.org. IN A"));
    }

    [TestCase("192.0.2.25", "25.2.0.192.in-addr.arpa. IN PTR mx.example.org.")]
    [TestCase("2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. IN PTR mx.example.org.")]
    public async Task A_missing_ptr_is_answered_with_the_record(string address, string record)
    {
        var (findings, _) = await RunAsync(new FakeDns().Address("mx.example.org", address));

        Assert.That(findings[1], Has.Property("Grade").EqualTo(Grade.Fault).And.Property("Text").EqualTo("missing").And.Property("Cure").StartsWith(record));
    }

    [Test]
    public async Task A_ptr_elsewhere_is_a_fault()
    {
        var (findings, _) = await RunAsync(new FakeDns().Address("mx.example.org", "192.0.2.25").Ptr("192.0.2.25", "dialup.example.net"));

        Assert.That(findings[1].Text, Is.EqualTo("leads to dialup.example.net"));
    }

    [Test]
    public async Task Silence_of_dns_is_not_taken_for_a_missing_record()
    {
        var (findings, _) = await RunAsync(new FakeDns().Address("mx.example.org", DnsStatus.Failed));

        Assert.That(findings.Single().Text, Is.EqualTo("DNS did not answer for mx.example.org"));
    }

    private static Task<(IReadOnlyList<Finding> Findings, IReadOnlyList<IPAddress> Addresses)> RunAsync(FakeDns dns) =>
        new HostnameCheck(dns, "mx.example.org").RunAsync(CancellationToken.None);
}
