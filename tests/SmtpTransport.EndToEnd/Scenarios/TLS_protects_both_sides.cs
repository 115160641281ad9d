using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class TLS_protects_both_sides(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    [Test]
    public async Task A_mail_arrives_over_STARTTLS()
    {
        using var certificate = TestCertificate.Create("mx.xmpp.test");
        var gateway = await StartWithCertificateAsync(certificate);
        var alice = await NewClientAsync();
        await using var connection = await SmtpConversation.OpenAsync(gateway.SmtpPort);

        using var tls = await connection.StartTlsAsync();
        var greeting = await connection.SayAsync("EHLO client.mail.test");
        var reply = await connection.MailAsync(Bob, [alice.BareJid], Text.Mail(Bob, alice.BareJid, "Hi", "under the seal"));

        Assert.That(greeting.Text, Does.Not.Contain("STARTTLS"));
        Assert.That(tls.SslProtocol, Is.AnyOf(System.Security.Authentication.SslProtocols.Tls12, System.Security.Authentication.SslProtocols.Tls13));
        Assert.That(reply.Code, Is.EqualTo(250), reply.Text);
        await alice.MessageAsync("under the seal");
    }

    [Test]
    public async Task A_new_certificate_is_used_without_a_restart()
    {
        using var old = TestCertificate.Create("old.xmpp.test");
        using var renewed = TestCertificate.Create("renewed.xmpp.test");
        var gateway = await StartWithCertificateAsync(old);
        Assert.That(await SubjectAsync(gateway), Does.Contain("old.xmpp.test"));

        TestCertificate.Save(renewed, gateway.Configuration.Folder);

        await Patience.UntilAsync("the renewed one is shown", async () => (await SubjectAsync(gateway)).Contains("renewed.xmpp.test", StringComparison.Ordinal), TimeSpan.FromSeconds(60));
    }

    [Test]
    public async Task Without_a_certificate_it_is_not_offered()
    {
        var gateway = await StartGatewayAsync();
        await using var connection = await SmtpConversation.OpenAsync(gateway.SmtpPort);

        Assert.That((await connection.SayAsync("EHLO client.mail.test")).Text, Does.Not.Contain("STARTTLS"));
        Assert.That((await connection.SayAsync("STARTTLS")).Code, Is.EqualTo(454).Or.EqualTo(502));
    }

    [Test]
    public async Task A_message_leaves_over_STARTTLS_where_it_is_offered()
    {
        using var certificate = TestCertificate.Create("127.0.0.1");
        var secure = Keep(new MailSink { Certificate = certificate });
        await StartGatewayAsync(configuration => configuration["Delivery:Relay"] = $"smtp://127.0.0.1:{secure.Port}");
        var alice = await NewClientAsync();

        alice.SendMessage(Contact(Bob), "sealed on its way out");

        Assert.That((await secure.MailAsync("sealed on its way out")).Secure);
    }

    private Task<GatewayProcess> StartWithCertificateAsync(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate) => StartGatewayAsync(configuration =>
    {
        var (certificateFile, keyFile) = TestCertificate.Save(certificate, configuration.Folder);
        configuration["Smtp:Certificate"] = certificateFile;
        configuration["Smtp:CertificateKey"] = keyFile;
    });

    private static async Task<string> SubjectAsync(GatewayProcess gateway)
    {
        await using var connection = await SmtpConversation.OpenAsync(gateway.SmtpPort);
        using var tls = await connection.StartTlsAsync();
        return tls.RemoteCertificate!.Subject;
    }
}
