using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

/// <summary>What is decided once the author is known.</summary>
internal sealed class SenderPolicyTests
{
    private static readonly InboundOptions Slow = new() { NewSenderDelay = TimeSpan.FromSeconds(20) };
    private static readonly Jid Alice = Jid.Parse("alice@example.org");

    [Test]
    public async Task A_new_sender_waits_for_the_reply_and_is_then_accepted()
    {
        using var stage = new ReceiverStage(inbound: Slow);
        var verdict = stage.ReceiveAsync("alice@example.org");

        await stage.Time.Timer(TimeSpan.FromSeconds(20));
        Assert.That((verdict.IsCompleted, stage.Link.Sent.Count > 0), Is.EqualTo((false, false)));
        stage.Time.Advance(TimeSpan.FromSeconds(20));

        Assert.That((await verdict).Reply.Code, Is.EqualTo(250));
    }

    [TestCase(true, false)]
    [TestCase(false, true)]
    public async Task Whoever_one_recipient_knows_does_not_wait(bool heard, bool written)
    {
        using var stage = new ReceiverStage(inbound: Slow);
        stage.Contacts[(Alice, "bob@mail.test")] = new Contact("bob", ContactForm.Percent, "", heard, written);

        Assert.That((await stage.ReceiveAsync("carol@example.org", "alice@example.org")).Reply.Code, Is.EqualTo(250));
    }

    [TestCase(AuthorStanding.Unchecked, false)]
    [TestCase(AuthorStanding.Verified, false)]
    [TestCase(AuthorStanding.Unverified, false)]
    [TestCase(AuthorStanding.Doubtful, true)]
    public async Task A_forged_sender_waits_whoever_it_names(AuthorStanding standing, bool waits)
    {
        var contacts = new FakeContacts { [(Alice, "bob@mail.test")] = new Contact("bob", ContactForm.Percent, "", true, true) };
        var time = new TestTime();
        using var message = new MimeKit.MimeMessage();
        var mail = new IncomingMail("m1", message, EmailAddress.Parse("bob@mail.test"), time.GetUtcNow()) { Authentication = new MailAuthentication("", false, standing) };
        var policy = new SenderPolicy(Slow, contacts, new PairTraffic(time), TestMeters.Metrics(), time);

        var admission = policy.AdmitAsync(new SmtpClient(System.Net.IPAddress.Parse("192.0.2.1"), "client.test", "ESMTP") { MailId = "m1" }, mail, [Alice], CancellationToken.None);

        Assert.That(admission.IsCompleted, Is.EqualTo(!waits));
        time.Advance(Slow.NewSenderDelay);
        Assert.That(await admission, Is.Null);
    }

    [Test]
    public async Task Beyond_a_number_of_waiting_mails_new_senders_come_back_later()
    {
        using var stage = new ReceiverStage(inbound: Slow);
        var waiting = Enumerable.Range(0, SenderPolicy.MaxWaiting)
            .Select(i => stage.ReceiveAsync(TestContent.Mail(messageId: $"m{i}@mail.test"), "alice@example.org")).ToList();

        Assert.That((await stage.ReceiveAsync(TestContent.Mail(messageId: "last@mail.test"), "alice@example.org")).Reply.ToString(), Does.StartWith("451 4.7.1"));
        stage.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.That((await Task.WhenAll(waiting)).Select(verdict => verdict.Reply.Code), Is.All.EqualTo(250));
    }

    [Test]
    public async Task Too_many_mails_of_one_domain_in_a_minute_are_450_whoever_brings_them()
    {
        using var stage = new ReceiverStage(inbound: new InboundOptions { MailsPerMinute = 1 });
        for (var i = 0; i < 10; i++)
            Assert.That((await ReceiveAsync(stage, i, "mail.test")).Reply.Code, Is.EqualTo(250));

        Assert.That((await ReceiveAsync(stage, 10, "mail.test")).Reply.ToString(), Does.StartWith("450 4.7.1"));
        Assert.That((await ReceiveAsync(stage, 11, "other.test")).Reply.Code, Is.EqualTo(250));
    }

    [Test]
    public async Task A_pair_that_answers_each_other_without_end_is_slowed_and_then_stopped()
    {
        using var stage = new ReceiverStage();
        var codes = new List<string>();
        for (var i = 0; i < PairTraffic.MaxTurns + PairTraffic.MaxSlowed; i++)
        {
            stage.Pairs.Say(Alice, EmailAddress.Parse("bob@mail.test"), isFromUser: true);
            codes.Add((await ReceiveAsync(stage, i, "mail.test")).Reply.ToString()[..9]);
        }

        Assert.That(codes.Distinct().Select(code => code.Trim()), Is.EqualTo(new[] { "250 2.0.0", "450 4.7.1", "550 5.4.6" }));
        Assert.That((await stage.ReceiveAsync(TestContent.Mail(messageId: "other@mail.test"), "carol@example.org")).Reply.Code, Is.EqualTo(250), "another pair");
    }

    private static Task<MailVerdict> ReceiveAsync(ReceiverStage stage, int number, string domain) => stage.ReceiveAsync(
        new Envelope(EmailAddress.Parse($"bob@{domain}"), [new EnvelopeRecipient(EmailAddress.Parse("alice@example.org"))]),
        TestContent.Mail(from: $"bob@{domain}", messageId: $"{number}@{domain}"),
        $"192.0.2.{number}");
}
