using System.Net;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

/// <summary>How much a client may bring, and for whom.</summary>
internal sealed class AdmissionTests
{
    private static readonly Jid Frank = Jid.Parse("frank@far.example");

    [Test]
    public async Task Too_many_mails_from_one_address_in_a_minute_are_421()
    {
        using var stage = new ReceiverStage(inbound: new InboundOptions { MailsPerMinute = 2 });

        Assert.That((await stage.MailAsync()).Code, Is.EqualTo(250));
        Assert.That((await stage.MailAsync("::ffff:192.0.2.1")).Code, Is.EqualTo(250), "the same client on a dual-stack socket");
        Assert.That((await stage.MailAsync()).ToString(), Does.StartWith("421 4.7.0"));
        Assert.That((await stage.MailAsync("192.0.2.2")).Code, Is.EqualTo(250));
        stage.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await stage.MailAsync()).Code, Is.EqualTo(250));
    }

    [Test]
    public async Task A_client_with_many_ipv6_addresses_counts_once()
    {
        using var stage = new ReceiverStage(inbound: new InboundOptions { MailsPerMinute = 1 });

        Assert.That((await stage.MailAsync("2001:db8:1:2::1")).Code, Is.EqualTo(250));
        Assert.That((await stage.MailAsync("2001:db8:1:2:ffff::9")).Code, Is.EqualTo(421));
        Assert.That((await stage.MailAsync("2001:db8:1:3::1")).Code, Is.EqualTo(250));
    }

    [Test]
    public async Task Trusted_networks_have_no_limit_and_loopback_is_none()
    {
        using var stage = new ReceiverStage(inbound: new InboundOptions { MailsPerMinute = 1, TrustedNetworks = [IPNetwork.Parse("10.0.0.0/8")] });

        for (var i = 0; i < 5; i++)
            Assert.That((await stage.MailAsync("::ffff:10.1.2.3")).Code, Is.EqualTo(250));
        await stage.MailAsync("127.0.0.1");
        Assert.That((await stage.MailAsync("127.0.0.1")).Code, Is.EqualTo(421));
    }

    [Test]
    public async Task A_mail_for_which_there_is_no_room_is_452_at_once()
    {
        using var stage = new ReceiverStage();

        Assert.That((await stage.MailAsync(size: long.MaxValue / 2)).ToString(), Does.StartWith("452 4.3.1"));
    }

    [Test]
    public async Task A_user_of_an_unlisted_domain_receives_only_from_those_they_have_written_to()
    {
        using var stage = Federated();
        Assert.That((await stage.RcptAsync("frank%far.example@smtp.example")).ToString(), Does.StartWith("550 5.7.1"));

        stage.Contacts[(Frank, "bob@mail.test")] = new Contact("bob", ContactForm.Percent, "", Heard: false, Written: true);

        Assert.That((await stage.RcptAsync("frank%far.example@smtp.example")).Code, Is.EqualTo(250));
        Assert.That((await stage.ReceiveAsync("frank%far.example@smtp.example")).Reply.Code, Is.EqualTo(250));
    }

    [Test]
    public async Task Having_been_written_to_is_no_consent_and_a_subscription_is()
    {
        using var stage = Federated();
        stage.Contacts[(Frank, "bob@mail.test")] = new Contact("bob", ContactForm.Percent, "", Heard: true, Written: false);
        Assert.That((await stage.RcptAsync("frank%far.example@smtp.example")).Code, Is.EqualTo(550));

        await stage.Subscriptions.AddAsync(Frank, Jid.Parse("bob\\40mail.test@smtp.example"), default);

        Assert.That((await stage.RcptAsync("frank%far.example@smtp.example")).Code, Is.EqualTo(250));
    }

    [Test]
    public async Task The_author_decides_after_data_whatever_the_envelope_said()
    {
        using var stage = Federated();
        stage.Contacts[(Frank, "bob@mail.test")] = new Contact("bob", ContactForm.Percent, "", Heard: false, Written: true);

        var reply = (await stage.ReceiveAsync(TestContent.Mail(from: "mallory@evil.test"), "frank%far.example@smtp.example")).Reply;

        Assert.That((reply.Code, reply.Enhanced, stage.Store.Database.Count("mail")), Is.EqualTo((550, "5.7.1", 0)));
    }

    [Test]
    public async Task Of_a_null_sender_the_author_alone_decides()
    {
        using var stage = Federated();
        stage.Contacts[(Frank, "bob@mail.test")] = new Contact("bob", ContactForm.Percent, "", Heard: false, Written: true);
        var envelope = new Envelope(null, [new EnvelopeRecipient(EmailAddress.Parse("frank%far.example@smtp.example"))]);

        Assert.That((await stage.RcptAsync("frank%far.example@smtp.example", sender: null)).Code, Is.EqualTo(250));
        Assert.That((await stage.ReceiveAsync(envelope, TestContent.Mail())).Reply.Code, Is.EqualTo(250));
        Assert.That((await stage.ReceiveAsync(envelope, TestContent.Mail(from: "mallory@evil.test"))).Reply.Code, Is.EqualTo(550));
    }

    [Test]
    public async Task REQUIRETLS_reaches_users_of_our_own_server_and_no_others()
    {
        using var stage = Federated();
        stage.Contacts[(Frank, "bob@mail.test")] = new Contact("bob", ContactForm.Percent, "", Heard: false, Written: true);

        Assert.That((await stage.RcptAsync("alice@example.org", requireTls: true)).Code, Is.EqualTo(250));
        Assert.That((await stage.RcptAsync("frank%far.example@smtp.example", requireTls: true)).ToString(), Does.StartWith("550 5.7.30"));
        Assert.That((await stage.RcptAsync("frank%far.example@smtp.example")).Code, Is.EqualTo(250));
    }

    private static ReceiverStage Federated() => new(addresses: AddressMaps.Options with { AnyUsers = true });
}
