using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SmtpTransport.Tests.Support;
using DuplexStream = SmtpTransport.Mail.Smtp.DuplexStream;

namespace SmtpTransport.Tests.Mail.Smtp;

/// <summary>RFC 3207.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class StartTlsTests : IDisposable
{
    private readonly TestCertificateChain authority = new();
    private readonly SmtpStage stage;

    public StartTlsTests()
    {
        var (chain, key) = authority.Issue("mail.example");
        var leaf = X509Certificate2.CreateFromPem(chain, key);
        var intermediates = new X509Certificate2Collection();
        intermediates.ImportFromPem(chain);
        var context = SslStreamCertificateContext.Create(leaf, intermediates, offline: true);
        stage = new SmtpStage(options: o => o with { Certificate = () => context });
    }

    public void Dispose()
    {
        stage.Dispose();
        authority.Dispose();
    }

    [TestCase(SslProtocols.Tls12)]
    [TestCase(SslProtocols.Tls13)]
    public async Task A_mail_goes_through_inside_tls(SslProtocols version)
    {
        var client = stage.Connect();
        client.Send("EHLO a.test\r\n");
        Assert.That(client.ReadAvailable(), Does.Contain("250-STARTTLS\r\n"));
        await using var tls = await SecureAsync(client, version);
        Assert.That(tls.SslProtocol, Is.EqualTo(version));
        using var reader = new StreamReader(tls, Encoding.ASCII, leaveOpen: true);
        await SayAsync(tls, "MAIL FROM:<a@b.test>\r\n");
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("503 5.5.1 Send EHLO first"), "what was said in the clear is forgotten");
        await SayAsync(tls, "EHLO a.test\r\nSTARTTLS\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n");
        var body = "\r\n" + string.Concat(Enumerable.Repeat(new string('x', 998) + "\r\n", 500));
        await SayAsync(tls, body + ".\r\nQUIT\r\n");
        var replies = await reader.ReadToEndAsync();
        await client.Session;
        Assert.Multiple(() =>
        {
            Assert.That(replies, Does.Not.Contain("250-STARTTLS"));
            Assert.That(replies, Does.EndWith("250-PRDR\r\n250 REQUIRETLS\r\n503 5.5.1 TLS is active already\r\n250 2.1.0 OK\r\n250 2.1.5 OK\r\n"
                + "354 End data with <CR><LF>.<CR><LF>\r\n250 2.0.0 Ok: queued\r\n221 2.0.0 Bye\r\n"));
            Assert.That(stage.Receiver.Mails.Single().Text, Is.EqualTo(body));
            Assert.That(stage.Receiver.Mails.Single().Client.Protocol, Is.EqualTo("ESMTPS"));
        });
    }

    // A ClientHello as an old client sends it; .NET's own could not leave the machine where OpenSSL forbids such versions.
    [TestCase(1, "15 03 01 00 02 02 46", TestName = "TLS 1.0 gets the alert protocol_version")]
    [TestCase(2, "15 03 02 00 02 02 46", TestName = "TLS 1.1 gets the alert protocol_version")]
    [TestCase(3, "16 03 03", TestName = "TLS 1.2 goes on")]
    public async Task Old_versions_of_TLS_are_refused(byte minor, string answer)
    {
        var client = stage.Connect();
        client.Send("EHLO a.test\r\nSTARTTLS\r\n");
        client.ReadAvailable();

        client.Send(ClientHello(minor));

        var octets = new byte[Octets(answer).Length];
        await client.Transport.Input.AsStream().ReadExactlyAsync(octets);
        client.Close();
        await client.Session;
        Assert.That(octets, Is.EqualTo(Octets(answer)));
    }

    /// <summary>RFC 8689 §2.</summary>
    [Test]
    public async Task REQUIRETLS_is_offered_and_taken_inside_tls_alone()
    {
        var client = stage.Connect();
        client.Send("EHLO a.test\r\nMAIL FROM:<a@b.test> REQUIRETLS\r\n");
        Assert.That(client.ReadAvailable(), Does.Not.Contain("250 REQUIRETLS").And.EndsWith("555 5.5.4 Parameter unknown or not offered\r\n"));
        await using var tls = await SecureAsync(client, SslProtocols.Tls13);
        using var reader = new StreamReader(tls, Encoding.ASCII, leaveOpen: true);
        await SayAsync(tls, "EHLO a.test\r\nMAIL FROM:<a@b.test> REQUIRETLS=x\r\nMAIL FROM:<a@b.test> REQUIRETLS\r\nRCPT TO:<c@d.test>\r\nDATA\r\nhalf\r\n.\r\nQUIT\r\n");
        Assert.That(await reader.ReadToEndAsync(), Does.Contain("250 REQUIRETLS\r\n501 5.5.4 Bad parameter value\r\n250 2.1.0 OK\r\n"));
        Assert.That(stage.Receiver.Mails.Single().Envelope.RequireTls);
    }

    [Test]
    public async Task Commands_pipelined_after_starttls_are_never_executed()
    {
        var client = stage.Connect();
        client.Send("EHLO a.test\r\n");
        client.ReadAvailable();
        await using var tls = await SecureAsync(client, SslProtocols.Tls13, "MAIL FROM:<evil@b.test>\r\nRCPT TO:<c@d.test>\r\n");
        using var reader = new StreamReader(tls, Encoding.ASCII, leaveOpen: true);
        await SayAsync(tls, "NOOP\r\nHELO a.test\r\nDATA\r\nQUIT\r\n");
        Assert.That(await reader.ReadToEndAsync(), Is.EqualTo("250 2.0.0 OK\r\n250 mail.example\r\n503 5.5.1 Send MAIL first\r\n221 2.0.0 Bye\r\n"));
    }

    [Test]
    public async Task A_transaction_before_starttls_is_gone_after_it()
    {
        var client = stage.Connect();
        client.Send("EHLO a.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n");
        client.ReadAvailable();
        await using var tls = await SecureAsync(client, SslProtocols.Tls13);
        using var reader = new StreamReader(tls, Encoding.ASCII, leaveOpen: true);
        await SayAsync(tls, "HELO a.test\r\nDATA\r\nQUIT\r\n");
        Assert.That(await reader.ReadToEndAsync(), Is.EqualTo("250 mail.example\r\n503 5.5.1 Send MAIL first\r\n221 2.0.0 Bye\r\n"));
    }

    [Test]
    public async Task A_client_that_speaks_no_tls_is_left()
    {
        var client = stage.Connect();
        client.Send("EHLO a.test\r\n");
        client.Send("STARTTLS\r\n");
        client.Send("MAIL FROM:<a@b.test>\r\n");
        await client.Session;
        Assert.That(stage.Receiver.Mails, Is.Empty);
    }

    [Test]
    public async Task A_handshake_takes_at_most_30_seconds()
    {
        var client = stage.Connect();
        client.Send("EHLO a.test\r\nSTARTTLS\r\n");
        stage.Time.Advance(TimeSpan.FromSeconds(30));
        await client.Session;
        Assert.That(client.ReadAvailable(), Does.EndWith("220 2.0.0 Ready to start TLS\r\n"));
    }

    [Test]
    public async Task A_client_that_goes_away_in_the_handshake_is_no_error()
    {
        var client = stage.Connect();
        client.Send("EHLO a.test\r\nSTARTTLS\r\n");
        client.Close();
        await client.Session;
        Assert.That(client.ReadAvailable(), Does.EndWith("220 2.0.0 Ready to start TLS\r\n"));
    }

    [Test]
    public async Task Silence_ends_a_session_inside_tls()
    {
        var client = stage.Connect();
        client.Send("EHLO a.test\r\n");
        client.ReadAvailable();
        await using var tls = await SecureAsync(client, SslProtocols.Tls13);
        using var reader = new StreamReader(tls, Encoding.ASCII, leaveOpen: true);
        await SayAsync(tls, "NOOP\r\n");
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("250 2.0.0 OK"));
        stage.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.That(await reader.ReadToEndAsync(), Is.EqualTo("421 4.4.2 Idle too long\r\n"));
    }

    [Test]
    public async Task A_mail_under_way_inside_tls_is_finished_when_the_program_stops()
    {
        var client = stage.Connect();
        client.Send("EHLO a.test\r\n");
        client.ReadAvailable();
        await using var tls = await SecureAsync(client, SslProtocols.Tls13);
        using var reader = new StreamReader(tls, Encoding.ASCII, leaveOpen: true);
        await SayAsync(tls, "HELO a.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nhal");
        for (var i = 0; i < 4; i++)
            await reader.ReadLineAsync();
        stage.Drain();
        await SayAsync(tls, "f\r\n.\r\n");
        Assert.That(await reader.ReadToEndAsync(), Is.EqualTo("250 2.0.0 Ok: queued\r\n421 4.3.2 Service is stopping, try again later\r\n"));
        Assert.That(stage.Receiver.Mails.Single().Text, Is.EqualTo("half\r\n"));
    }

    /// <summary>RFC 5246 §7.4.1.2: ciphers of every version for an ECDSA certificate, P-256 and SHA-256.</summary>
    private static byte[] ClientHello(byte minor)
    {
        byte[] hello =
        [
            3, minor, .. new byte[32], 0, .. Octets("00 04 C0 2B C0 09 01 00"),
            .. Octets("00 16 00 0A 00 04 00 02 00 17 00 0B 00 02 01 00 00 0D 00 04 00 02 04 03"),
        ];
        return [.. Octets("16 03 01 00"), (byte)(hello.Length + 4), 1, 0, 0, (byte)hello.Length, .. hello];
    }

    private static byte[] Octets(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private static async Task SayAsync(SslStream tls, string text)
    {
        await tls.WriteAsync(Encoding.ASCII.GetBytes(text));
        await tls.FlushAsync();
    }

    private static async Task<SslStream> SecureAsync(SmtpTestClient client, SslProtocols version, string pipelined = "")
    {
        client.Send("STARTTLS\r\n" + pipelined);
        Assert.That(client.ReadAvailable(), Is.EqualTo("220 2.0.0 Ready to start TLS\r\n"));
        var tls = new SslStream(new DuplexStream(client.Transport.Input, client.Transport.Output));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "mail.example",
            EnabledSslProtocols = version,
            // The leaf has no alternative name; what counts is that it leads to the root by what the server sent.
            RemoteCertificateValidationCallback = (_, _, chain, _) =>
                chain!.ChainElements.Select(element => element.Certificate.Subject).Contains("CN=Test Intermediate"),
        });
        return tls;
    }
}
