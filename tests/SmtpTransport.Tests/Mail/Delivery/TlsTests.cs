using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Mail.Delivery;

internal sealed class TlsTests : DeliveryFixture
{
    [Test]
    public async Task STARTTLS_is_taken_when_offered_whatever_the_certificate()
    {
        var mx = Mx();
        mx.Certificate = TestCertificates.Expired("elsewhere.test");
        IsDelivered(await SendAsync(ByMx(mx)));
        Assert.That((mx.Count("STARTTLS"), mx.Count("EHLO gateway.test"), mx.Connections), Is.EqualTo((1, 2, 1)));
    }

    [Test]
    public async Task An_address_in_a_certificate_is_nothing_to_fetch_from()
    {
        using var inside = new TcpListener(IPAddress.Loopback, 0);
        inside.Start();
        var mx = Mx();
        mx.Certificate = TestCertificates.WithAuthorityAt($"http://{inside.LocalEndpoint}/authority.cer", "mx1.mail.test");
        IsDelivered(await SendAsync(ByMx(mx)));
        Assert.That((mx.Count("STARTTLS"), inside.Pending()), Is.EqualTo((1, false)));
    }

    [Test]
    public async Task What_is_offered_inside_TLS_counts_not_what_was_offered_before()
    {
        var mx = Mx();
        mx.Certificate = TestCertificates.For("mx.test");
        mx.Extensions = ["PIPELINING", "8BITMIME", "SMTPUTF8", "DSN", "CHUNKING", "SIZE 10"];
        mx.ExtensionsInTls = ["SIZE 100000"];
        IsDelivered(await SendAsync(ByMx(mx)));
        Assert.That(mx.Heard, Has.One.EqualTo("RCPT TO:<bob@mail.test>").And.One.EqualTo("DATA"));
    }

    [Test]
    public async Task A_handshake_that_fails_is_tried_again_in_plain()
    {
        var mx = Mx();
        mx.Certificate = TestCertificates.For("mx.test");
        mx.When("starttls", "220 2.0.0 Go ahead\r\nThis is no TLS at all", hangUp: true);
        IsDelivered(await SendAsync(ByMx(mx)));
        Assert.That((mx.Connections, mx.Count("STARTTLS")), Is.EqualTo((2, 1)));
        Assert.That(Logs.GetSnapshot().Select(line => line.Message), Has.Some.Contains("TLS with mx1.mail.test failed"));
    }

    [Test]
    public async Task What_somebody_puts_behind_the_reply_to_STARTTLS_is_not_taken_for_what_comes_inside()
    {
        var mx = Mx().When("eod", "554 5.7.1 No")
            .When("starttls", "220 2.0.0 Go ahead\r\n250-mx.test\r\n250 CHUNKING\r\n250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n250 2.0.0 Ok: taken");
        mx.Certificate = TestCertificates.For("127.0.0.1");
        mx.ExtensionsInTls = [];
        Assert.That(Failed(await SendAsync(Relaying(mx))).Code, Is.EqualTo(554));
        Assert.That(mx.Count("BDAT"), Is.Zero);
    }

    [TestCase("454 4.7.0 TLS not available", false)]
    [TestCase("554 5.7.0 No", true)]
    public async Task A_refused_STARTTLS_is_tried_again_in_plain(string reply, bool hangUp)
    {
        var mx = Mx();
        mx.Certificate = TestCertificates.For("mx.test");
        mx.When("starttls", reply, hangUp: hangUp);
        IsDelivered(await SendAsync(ByMx(mx)));
        Assert.That(mx.Connections, Is.EqualTo(2));
    }

    [Test]
    public async Task A_silent_handshake_is_tried_again_in_plain()
    {
        var mx = Mx();
        mx.Certificate = TestCertificates.For("mx.test");
        mx.When("starttls", silent: true);
        IsDelivered(await SendAsync(ByMx(new SmtpTimeouts { Reply = TimeSpan.FromMilliseconds(200) }, mx)));
    }

    [Test]
    public async Task A_relay_with_a_password_gets_it_inside_verified_TLS()
    {
        var mx = Mx();
        mx.Certificate = TestCertificates.For("127.0.0.1");
        mx.ExtensionsInTls = ["AUTH PLAIN"];
        IsDelivered(await SendAsync(WithPassword(mx)));
        Assert.That(mx.Heard.TakeWhile(line => line != "STARTTLS"), Has.None.StartsWith("AUTH"));
        Assert.That(mx.Count("AUTH PLAIN"), Is.EqualTo(1));
    }

    [TestCase("elsewhere.test", false)]
    [TestCase("127.0.0.1", true)]
    public async Task A_relay_with_a_password_and_a_bad_certificate_gets_neither_password_nor_mail(string host, bool expired)
    {
        var mx = Mx();
        mx.Certificate = expired ? TestCertificates.Expired(host) : TestCertificates.For(host);
        var reply = Deferred(await SendAsync(WithPassword(mx)));
        Assert.That(reply.Enhanced, Is.EqualTo("4.7.5"));
        Assert.That(mx.Heard, Has.None.StartsWith("AUTH").And.None.StartsWith("MAIL"));
    }

    [Test]
    public async Task A_relay_with_a_password_and_a_certificate_of_an_unknown_authority_gets_neither()
    {
        var mx = Mx();
        mx.Certificate = TestCertificates.For("127.0.0.1");
        Deferred(await SendAsync(WithPassword(mx, trusted: [])));
        Assert.That(mx.Heard, Has.None.StartsWith("AUTH").And.None.StartsWith("MAIL"));
    }

    [Test]
    public async Task A_relay_with_a_password_whose_STARTTLS_was_stripped_gets_neither()
    {
        var mx = Mx();
        mx.Extensions = ["AUTH PLAIN"];
        Deferred(await SendAsync(WithPassword(mx)));
        Assert.That(mx.Heard, Has.None.StartsWith("AUTH").And.None.StartsWith("MAIL"));
    }

    [Test]
    public async Task A_relay_that_refuses_the_password_defers_and_the_log_does_not_hold_it()
    {
        var mx = Mx().When("auth", "535 5.7.8 Wrong");
        mx.Certificate = TestCertificates.For("127.0.0.1");
        mx.ExtensionsInTls = ["AUTH PLAIN"];
        Assert.That(Deferred(await SendAsync(WithPassword(mx))).Enhanced, Is.EqualTo("4.7.8"));
        Assert.That(Logs.GetSnapshot().Select(line => line.Message), Has.None.Contains("s3cret"));
    }

    [Test]
    public async Task A_relay_with_implicit_TLS_is_verified()
    {
        var mx = Mx();
        mx.ImplicitTls = true;
        mx.Certificate = TestCertificates.For("127.0.0.1");
        IsDelivered(await SendAsync(Implicit(mx, trusted: [TestCertificates.Authority])));
        Assert.That(Deferred(await SendAsync(Implicit(mx, trusted: []))).Enhanced, Is.EqualTo("4.7.5"));
    }

    [Test]
    public async Task A_relay_without_a_password_takes_what_TLS_there_is()
    {
        var mx = Mx();
        mx.Certificate = TestCertificates.Expired("elsewhere.test");
        IsDelivered(await SendAsync(Relaying(mx)));
        Assert.That(mx.Count("STARTTLS"), Is.EqualTo(1));
    }

    private MailSender WithPassword(FakeMx mx, X509Certificate2Collection? trusted = null) =>
        Relay(new RelayOptions("127.0.0.1", mx.Port, false, "gateway", "s3cret"), trusted ?? [TestCertificates.Authority]);

    private MailSender Implicit(FakeMx mx, X509Certificate2Collection trusted) =>
        Relay(new RelayOptions("127.0.0.1", mx.Port, true, null, null), trusted);

    private MailSender Relay(RelayOptions relay, X509Certificate2Collection trusted) =>
        Sender(new DeliveryOptions { Hostname = "gateway.test", Relay = relay, TrustedCertificates = trusted }, new FakeDns());
}
