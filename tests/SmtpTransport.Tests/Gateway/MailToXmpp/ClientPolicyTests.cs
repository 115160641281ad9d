using System.Net;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.MailToXmpp;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

/// <summary>Blocklists and recipients for each client, at RCPT.</summary>
internal sealed class ClientPolicyTests
{
    private static readonly InboundOptions Listed = new() { Dnsbl = ["zen.test"] };

    [Test]
    public async Task A_listed_client_is_told_by_whom_at_RCPT()
    {
        using var stage = new ReceiverStage(inbound: Listed);
        stage.Dns.Address("1.2.0.192.zen.test", "127.0.0.4");

        Assert.That((await stage.MailAsync()).Code, Is.EqualTo(250));
        Assert.That((await stage.RcptAsync("alice@example.org")).ToString(), Is.EqualTo("550 5.7.1 Your address [192.0.2.1] is listed by zen.test"));
    }

    [TestCase("postmaster@example.org")]
    [TestCase("abuse@smtp.example")]
    public async Task A_listed_client_still_reaches_those_who_could_help(string recipient)
    {
        using var stage = new ReceiverStage(inbound: Listed, addresses: AddressMaps.Options with { Admins = [SmtpTransport.Xmpp.Jid.Parse("admin@example.org")] });
        stage.Dns.Address("1.2.0.192.zen.test", "127.0.0.4");

        Assert.That((await stage.RcptAsync(recipient)).Code, Is.EqualTo(250));
    }

    [Test]
    public async Task A_listed_ipv6_client_is_refused_too()
    {
        using var stage = new ReceiverStage(inbound: Listed);
        stage.Dns.Address("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.zen.test", "127.0.0.2");

        Assert.That((await stage.RcptAsync("alice@example.org", client: "2001:db8::1")).Code, Is.EqualTo(550));
        Assert.That((await stage.RcptAsync("alice@example.org", client: "2001:db8::2")).Code, Is.EqualTo(250));
    }

    [Test]
    public async Task A_trusted_client_may_be_listed()
    {
        using var stage = new ReceiverStage(inbound: Listed with { TrustedNetworks = [IPNetwork.Parse("192.0.2.0/24")] });
        stage.Dns.Address("1.2.0.192.zen.test", "127.0.0.4");

        Assert.That((await stage.RcptAsync("alice@example.org")).Code, Is.EqualTo(250));
    }

    [Test]
    public async Task Loopback_is_no_exception()
    {
        using var stage = new ReceiverStage(inbound: Listed);
        stage.Dns.Address("2.0.0.127.zen.test", "127.0.0.2");

        Assert.That((await stage.RcptAsync("alice@example.org", client: "127.0.0.2")).Code, Is.EqualTo(550));
    }

    [Test]
    public async Task Too_many_recipients_from_one_network_in_a_minute_are_450()
    {
        using var stage = new ReceiverStage(inbound: new InboundOptions { MailsPerMinute = 1 });
        for (var i = 0; i < 10; i++)
            Assert.That((await stage.RcptAsync("alice@example.org", client: $"2001:db8:1:2::{i}")).Code, Is.EqualTo(250));

        Assert.That((await stage.RcptAsync("alice@example.org", client: "2001:db8:1:2::ffff")).ToString(), Does.StartWith("450 4.7.1"));
        Assert.That((await stage.RcptAsync("alice@example.org", client: "2001:db8:1:3::1")).Code, Is.EqualTo(250));
        stage.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await stage.RcptAsync("alice@example.org", client: "2001:db8:1:2::1")).Code, Is.EqualTo(250));
    }
}
