using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class The_command_line_answers(ServerKind server) : Scenario(server)
{
    [Test]
    public async Task Address_translates_in_both_directions()
    {
        var gateway = NewGateway();

        Assert.Multiple(async () =>
        {
            Assert.That(await gateway.RunAsync("address", "bob@mail.test"), Is.EqualTo((0, Contact("bob@mail.test") + "\n")));
            Assert.That(await gateway.RunAsync("address", Contact("bob@mail.test")), Is.EqualTo((0, "bob@mail.test\n")));
            Assert.That(await gateway.RunAsync("address", $@"bob\40mail.test@{Domain}"), Is.EqualTo((0, "bob@mail.test\n")));
            Assert.That(await gateway.RunAsync("address", "alice@xmpp.test"), Is.EqualTo((0, "alice@xmpp.test\n")));
            Assert.That((await gateway.RunAsync("address", "this is no address")).ExitCode, Is.EqualTo(2));
        });
    }

    [Test]
    public async Task Faults_in_the_configuration_are_told_together_and_stop_the_start()
    {
        var gateway = NewGateway(configuration =>
        {
            configuration["Xmpp:Secret"] = null;
            configuration["Smtp:MaxMessageSise"] = 5;
            configuration["Delivery:HoldFor"] = 7;
        });

        var (exitCode, output) = await gateway.RunAsync();

        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(2));
            Assert.That(output, Does.Contain("Xmpp:Secret"));
            Assert.That(output, Does.Contain("Smtp:MaxMessageSise"));
            Assert.That(output, Does.Contain("Delivery:HoldFor"));
        });
    }

    [Test]
    public async Task Check_finds_what_is_missing_and_says_the_record_to_add()
    {
        // Not one DNS record exists here.
        var dns = Keep(new FakeDns());
        var gateway = await StartGatewayAsync(configuration => configuration["Dns:Servers"] = new JsonArray($"127.0.0.1:{dns.Port}"));

        var (exitCode, output) = await gateway.RunAsync("check");

        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain("MX").And.Contain(XmppServer.Domain));
        Assert.That(await gateway.StatusAsync("/readyz"), Is.EqualTo(HttpStatusCode.OK), "The running gateway keeps its link.");
    }

    [Test]
    public async Task Check_is_content_with_a_complete_zone()
    {
        using var rsa = RSA.Create(2048);
        var (dns, host, address) = (Keep(new FakeDns()), $"mx.{Slot.Host}", IPAddress.Parse("127.0.0.77"));
        dns.AddAddress(host, address);
        dns.AddPointer(address, host);
        dns.AddText($"_dmarc.{Slot.Host}", "v=DMARC1; p=reject");
        foreach (var domain in new[] { Domain, Slot.Host })
        {
            dns.AddExchange(domain, host);
            dns.AddText(domain, "v=spf1 mx -all");
            dns.AddText($"rsa._domainkey.{domain}", DkimKey.Record(rsa));
        }

        var gateway = await StartGatewayAsync(configuration =>
        {
            configuration["Delivery:Dkim"] = DkimKey.Save(configuration.Folder, "rsa", rsa.ExportPkcs8PrivateKeyPem());
            configuration["Delivery:Relay"] = null;
            configuration["Dns:Servers"] = new JsonArray($"127.0.0.1:{dns.Port}");
        });

        var (exitCode, output) = await gateway.RunAsync("check");

        Assert.That((exitCode, output.TrimEnd().Split('\n')[^1]), Is.EqualTo((0, "All is well.")), output);
        Assert.That(output, Does.Contain("says the gateway that runs at").And.Contain("_mta-sts."));
    }

    [Test]
    public async Task Bad_usage_is_told_by_its_exit_code()
    {
        var gateway = NewGateway();

        Assert.That((await gateway.RunAsync("no-such-command")).ExitCode, Is.EqualTo(2));
        Assert.That((await Command.RunAsync(GatewayProcess.Executable, "--config", "/no/such/file.json")).ExitCode, Is.EqualTo(2));
    }
}
