using SmtpTransport.Mail.Delivery;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Mail.Delivery;

internal sealed class RequireTlsTests : DeliveryFixture
{
    [Test]
    public async Task It_goes_on_as_REQUIRETLS_over_authenticated_TLS()
    {
        var mx = Promising(Mx());
        IsDelivered(await SendRequiredAsync(Sender(mx, isSigned: true)));
        Assert.That(mx.Heard, Has.Some.StartsWith("MAIL FROM:<alice@xmpp.test>").And.Some.Contains("REQUIRETLS"));
    }

    [Test]
    public async Task A_server_that_does_not_promise_the_same_gets_nothing_and_that_is_final()
    {
        var mx = Mx();
        mx.Certificate = TestCertificates.For("mx.mail.test");
        Assert.That(Failed(await SendRequiredAsync(Sender(mx, isSigned: true))).ToString(), Is.EqualTo("550 5.7.30 The mail demands REQUIRETLS, which mx.mail.test does not offer"));
        Assert.That(mx.Heard, Has.None.StartsWith("MAIL"));
    }

    [Test]
    public async Task A_host_for_which_nobody_vouches_gets_nothing()
    {
        var mx = Promising(Mx());
        Assert.That(Failed(await SendRequiredAsync(Sender(mx, isSigned: false))).Enhanced, Is.EqualTo("5.7.30"));
        Assert.That(mx.Connections, Is.Zero);
    }

    [Test]
    public async Task A_bad_certificate_may_become_a_good_one()
    {
        var mx = Promising(Mx());
        mx.Certificate = TestCertificates.For("elsewhere.test");
        Assert.That(Deferred(await SendRequiredAsync(Sender(mx, isSigned: true))).Enhanced, Is.EqualTo("4.7.5"));
    }

    [Test]
    public async Task The_envelope_overrules_a_header_that_waives_TLS()
    {
        var mx = Mx();
        Assert.That(Deferred(await SendRequiredAsync(Sender(mx, isSigned: true), "TLS-Required: No\r\n" + Hello)).Enhanced, Is.EqualTo("4.7.10"));
    }

    [Test]
    public async Task A_connection_for_other_mail_is_not_used()
    {
        var mx = Promising(Mx());
        var sender = Sender(mx, isSigned: true);
        IsDelivered(await SendAsync(sender));
        IsDelivered(await SendRequiredAsync(sender));
        Assert.That(mx.Connections, Is.EqualTo(2));
        Assert.That(mx.Heard.Where(line => line.StartsWith("MAIL", StringComparison.Ordinal)).Select(line => line.Contains("REQUIRETLS", StringComparison.Ordinal)), Is.EqualTo([false, true]));
    }

    private static FakeMx Promising(FakeMx mx)
    {
        mx.Certificate = TestCertificates.For("mx.mail.test");
        mx.ExtensionsInTls = ["PIPELINING", "REQUIRETLS"];
        return mx;
    }

    private static async Task<DeliveryOutcome> SendRequiredAsync(MailSender sender, string content = Hello) =>
        (await sender.SendAsync(Mail(content, Alice, Bob) with { RequireTls = true }, CancellationToken.None)).Single();

    private MailSender Sender(FakeMx mx, bool isSigned)
    {
        var dns = new FakeDns().Mx("mail.test", (10, "mx.mail.test")).Address("mx.mail.test", "127.0.0.1");
        if (isSigned)
            dns.Signed("mail.test");
        return Sender(
            new DeliveryOptions { Hostname = "gateway.test", Port = mx.Port, AllowPrivateAddresses = true, TrustedCertificates = [TestCertificates.Authority] }, dns);
    }
}
