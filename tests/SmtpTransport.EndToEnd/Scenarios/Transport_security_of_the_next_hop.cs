using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>DANE in a zone that knot signs and unbound validates, and MTA-STS with a policy host on loopback.</summary>
internal sealed class Transport_security_of_the_next_hop(ServerKind server) : Scenario(server)
{
    private const string Policy = "version: STSv1\r\nmode: enforce\r\nmx: mx.sts.test\r\nmx: mx.wrong.test\r\nmax_age: 86400\r\n";

    private X509Certificate2 certificate = null!;
    private MailSink secure = null!;
    private SignedDns dns = null!;

    [SetUp]
    public void Begin()
    {
        if (!SignedDns.IsPossible)
            Assert.Ignore("skipped: knot or unbound is not installed");
        certificate = TestCertificate.Create("mx.sts.test");
        secure = Keep(new MailSink { Certificate = certificate });
        dns = Keep(new SignedDns());
    }

    [TearDown]
    public void End() => certificate?.Dispose();

    [Test]
    public async Task A_TLSA_record_binds_the_certificate()
    {
        var key = Convert.ToHexString(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        await dns.StartAsync("dane.test", ("dane.test",
            $"""
            @ MX 10 mx
            mx A 127.0.0.1
            _{secure.Port}._tcp.mx TLSA 3 1 1 {key}
            bad MX 10 mxbad
            mxbad A 127.0.0.1
            _{secure.Port}._tcp.mxbad TLSA 3 1 1 {new string('0', 64)}
            out MX 10 mxout
            mxout CNAME mx.plain.test.
            _{secure.Port}._tcp.mxout TLSA 3 1 1 {new string('0', 64)}
            """), ("plain.test", "mx A 127.0.0.1"));
        var gateway = await StartAsync();
        var alice = await NewClientAsync();

        alice.SendMessage(Contact("bob@bad.dane.test"), "to a stranger's key");
        alice.SendMessage(Contact("bob@out.dane.test"), "by an alias into a zone that is not signed");
        alice.SendMessage(Contact("bob@dane.test"), "bound by its key");

        Assert.That((await secure.MailAsync("bound by its key")).Secure);
        Assert.That(await LastErrorAsync(gateway, "bob@bad.dane.test"), Does.EndWith("the certificate matches none of the TLSA records of mxbad.dane.test"));
        Assert.That(await LastErrorAsync(gateway, "bob@out.dane.test"), Does.EndWith("the certificate matches none of the TLSA records of mxout.dane.test"));
        Assert.That(gateway.Log, Does.Contain("the certificate matches none of the TLSA records of mxbad.dane.test"));
        Assert.That(secure.Mails.All, Has.Count.EqualTo(1));
        Assert.That(await gateway.PageAsync("/metrics"), Does.Contain("smtptransport_tls_results_total{policy=\"tlsa\",result=\"success\"} 1"));
    }

    [Test]
    public async Task A_published_policy_demands_a_valid_certificate_also_after_a_restart()
    {
        if (!PolicyHost.IsPossible)
            Assert.Ignore("skipped: port 443 needs root");
        using var web = TestCertificate.Create("mta-sts.sts.test", "mta-sts.wrong.test");
        var host = Keep(new PolicyHost(web, Policy));
        var records =
            $"""
            @ MX 10 mx
            mx A 127.0.0.1
            _mta-sts TXT "v=STSv1; id=1;"
            mta-sts A {host.Address}
            """;
        await dns.StartAsync("sts.test", ("sts.test", records), ("wrong.test", records));
        var gateway = await StartAsync(web);
        var alice = await NewClientAsync();

        alice.SendMessage(Contact("bob@wrong.test"), "to the wrong name");
        alice.SendMessage(Contact("bob@sts.test"), "to the right name");

        Assert.That((await secure.MailAsync("to the right name")).Secure);
        Assert.That(await LastErrorAsync(gateway, "bob@wrong.test"), Does.EndWith("the certificate is for mx.sts.test, and not for mx.wrong.test"));

        host.Close();
        await gateway.StopAsync();
        gateway.Launch();
        await gateway.ReadyAsync();
        alice.SendMessage(Contact("carol@wrong.test"), "with the policy host gone");
        Assert.That(await LastErrorAsync(gateway, "carol@wrong.test"), Does.EndWith("the certificate is for mx.sts.test, and not for mx.wrong.test"));
        Assert.That(secure.Mails.All, Has.Count.EqualTo(1));
    }

    private Task<GatewayProcess> StartAsync(params X509Certificate2[] more) => StartGatewayAsync(configuration =>
    {
        var trusted = Path.Combine(configuration.Folder, "trusted.pem");
        File.WriteAllLines(trusted, new[] { certificate }.Concat(more).Select(one => one.ExportCertificatePem()));
        configuration["Tls:TrustedCertificates"] = trusted;
        configuration["Delivery:Relay"] = null;
        configuration["Delivery:Port"] = secure.Port;
        configuration["Delivery:AllowPrivateAddresses"] = true;
        configuration["Delivery:RetryAfter"] = new JsonArray("00:00:30");
        configuration["Dns:Servers"] = new JsonArray($"127.0.0.1:{dns.Port}");
        configuration["Dns:TrustAd"] = true;
    });

    private static async Task<string> LastErrorAsync(GatewayProcess gateway, string recipient)
    {
        string? words = null;
        await Patience.UntilAsync($"the attempt for {recipient} has failed", async () =>
        {
            var mail = (await gateway.QueueAsync()).FirstOrDefault(item => item.GetProperty("to").EnumerateArray().Any(to => to.GetString() == recipient));
            words = mail.ValueKind == JsonValueKind.Object ? mail.GetProperty("lastError").GetString() : null;
            return words is not null;
        });
        return words!;
    }
}
