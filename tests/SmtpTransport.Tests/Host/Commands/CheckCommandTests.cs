using System.Security.Cryptography;
using SmtpTransport.Host;
using SmtpTransport.Host.Commands;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Host.Commands;

/// <summary>The whole command against a real name server, with one fault in the zone at a time.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class CheckCommandTests : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("smtp-transport-").FullName;
    private readonly FakeDnsServer zone = new();
    private readonly string dkim;

    public CheckCommandTests()
    {
        using var rsa = RSA.Create(2048);
        var pem = rsa.ExportPkcs8PrivateKeyPem();
        File.WriteAllText(Path.Combine(folder, "dkim.pem"), pem);
        dkim = SigningKey.Parse(null, "mail", pem).Record;
        foreach (var domain in new[] { "example.org", "smtp.example.org" })
            zone.With(domain, DnsType.MX, FakeDnsServer.Mx(10, "mx.example.org"))
                .With(domain, DnsType.TXT, FakeDnsServer.Txt("v=spf1 mx -all"))
                .With($"mail._domainkey.{domain}", DnsType.TXT, FakeDnsServer.Txt(dkim[..200], dkim[200..]));
        zone.With("mx.example.org", DnsType.A, FakeDnsServer.Address("127.0.0.1"))
            .With("1.0.0.127.in-addr.arpa", DnsType.PTR, FakeDnsServer.Name("mx.example.org"))
            .With("_dmarc.example.org", DnsType.TXT, FakeDnsServer.Txt("v=DMARC1; p=none"));
    }

    public async ValueTask DisposeAsync()
    {
        await zone.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task A_zone_without_fault_leaves_the_link_alone_to_complain()
    {
        var (exitCode, output) = await CheckAsync();

        // No XMPP server listens here.
        Assert.That((exitCode, Faults(output)), Is.EqualTo((1, "Component link")), output);
        foreach (var right in new[] { "MX example.org", "SPF smtp.example.org", "DKIM mail._domainkey.example.org", "DMARC example.org", "PTR 127.0.0.1", "A mx.example.org" })
            Assert.That(output, Does.Match($@"(?m)^ok +{right.Replace(".", @"\.", StringComparison.Ordinal)} "));
        Assert.That(output, Does.Match("(?m)^(ok|advice) +Clock ").And.Match("(?m)^(ok|advice) +Disk ").And.Match("(?m)^advice +MTA-STS example.org"));
    }

    private static readonly TestCaseData[] BrokenZones =
    [
        Broken("mx.example.org", DnsType.A, [], "A mx.example.org", "mx.example.org. IN A"),
        Broken("1.0.0.127.in-addr.arpa", DnsType.PTR, [], "PTR 127.0.0.1", "1.0.0.127.in-addr.arpa. IN PTR mx.example.org."),
        Broken("1.0.0.127.in-addr.arpa", DnsType.PTR, [FakeDnsServer.Name("dialup.example.net")], "PTR 127.0.0.1", "1.0.0.127.in-addr.arpa. IN PTR mx.example.org."),
        Broken("example.org", DnsType.MX, [], "MX example.org", "example.org. IN MX 10 mx.example.org."),
        Broken("smtp.example.org", DnsType.TXT, [], "SPF smtp.example.org", "smtp.example.org. IN TXT \"v=spf1 mx ~all\""),
        Broken("example.org", DnsType.TXT, [FakeDnsServer.Txt("v=spf1 ip4:192.0.2.1 -all")], "SPF example.org", "example.org. IN TXT \"v=spf1 mx ~all\""),
        Broken("mail._domainkey.example.org", DnsType.TXT, [], "DKIM mail._domainkey.example.org", "mail._domainkey.example.org. IN TXT \"v=DKIM1; k=rsa; p="),
        Broken("mail._domainkey.example.org", DnsType.TXT, [FakeDnsServer.Txt("v=DKIM1; p=AAAA")], "DKIM mail._domainkey.example.org", "mail._domainkey.example.org. IN TXT \"v=DKIM1; k=rsa; p="),
        Broken("_dmarc.example.org", DnsType.TXT, [], "DMARC", "_dmarc.example.org. IN TXT \"v=DMARC1; p=none; rua=mailto:postmaster@example.org\""),
    ];

    [TestCaseSource(nameof(BrokenZones))]
    public async Task Each_fault_of_a_zone_is_answered_with_the_record(string name, int type, byte[][] records, string subject, string record)
    {
        zone.With(name, (DnsType)type, records);

        var (exitCode, output) = await CheckAsync();

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(Faults(output), Does.Contain(subject), output);
        Assert.That(output, Does.Contain("-> " + record));
    }

    [Test]
    public async Task Domains_in_other_scripts_are_looked_up_and_spelled_as_the_zone_has_them()
    {
        zone.With("xn--bcher-kva.example", DnsType.MX, FakeDnsServer.Mx(10, "mx.xn--bcher-kva.example"))
            .With("mx.xn--bcher-kva.example", DnsType.A, FakeDnsServer.Address("127.0.0.1"))
            .With("1.0.0.127.in-addr.arpa", DnsType.PTR, FakeDnsServer.Name("mx.xn--bcher-kva.example"))
            .With("mail._domainkey.xn--bcher-kva.example", DnsType.TXT, FakeDnsServer.Txt(dkim[..200], dkim[200..]));

        var (_, output) = await CheckAsync(hostname: "mx.bücher.example", domain: "bücher.example", dkimDomain: "bücher.example");

        foreach (var right in new[] { "A mx.xn--bcher-kva.example", "PTR 127.0.0.1", "MX xn--bcher-kva.example", "DKIM mail._domainkey.xn--bcher-kva.example" })
            Assert.That(output, Does.Match($@"(?m)^ok +{right.Replace(".", @"\.", StringComparison.Ordinal)} "));
        Assert.That(output, Does.Contain("-> xn--bcher-kva.example. IN TXT \"v=spf1 mx ~all\"").And.Contain("-> _dmarc.xn--bcher-kva.example. IN TXT"));
    }

    [Test]
    public async Task A_name_server_in_trouble_is_not_a_missing_record()
    {
        zone.With("example.org", DnsType.MX, new DnsReply([]) { Code = 2 });

        Assert.That((await CheckAsync()).Output, Does.Contain("DNS did not answer for example.org"));
    }

    private static TestCaseData Broken(string name, DnsType type, byte[][] records, string subject, string record) =>
        new TestCaseData(name, (int)type, records, subject, record).SetArgDisplayNames($"{type} {name} {records.Length}");

    private static string Faults(string output) =>
        string.Join(", ", output.Split('\n').Where(line => line.StartsWith("FAULT", StringComparison.Ordinal)).Select(line => line[8..].Split("  ")[0]));

    private async Task<(int ExitCode, string Output)> CheckAsync(string hostname = "mx.example.org", string domain = "example.org", string? dkimDomain = null)
    {
        var dkimKey = $$"""{ "Selector": "mail", "KeyFile": "{{Path.Combine(folder, "dkim.pem")}}" }""";
        var config = Path.Combine(folder, "gateway.json");
        await File.WriteAllTextAsync(config, $$"""
            {
              "Xmpp": { "Server": "127.0.0.1:1", "Domain": "smtp.example.org", "Secret": "x" },
              "Mail": { "Domains": { "{{domain}}": "example.org" } },
              "Smtp": { "Hostname": "{{hostname}}" },
              "Dns": { "Servers": ["{{zone.EndPoint}}"] },
              "Delivery": { "Dkim": {{(dkimDomain is null ? dkimKey : $"{{ \"{dkimDomain}\": {dkimKey} }}")}} },
              "Web": { "Listen": "127.0.0.1:1" },
              "Storage": "Data Source={{Path.Combine(folder, "gateway.db")}}"
            }
            """);
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var exitCode = await new CommandLine(Program.Build, output, error).InvokeAsync(["check", "--config", config]);
        return (exitCode, output.ToString() + error);
    }
}
