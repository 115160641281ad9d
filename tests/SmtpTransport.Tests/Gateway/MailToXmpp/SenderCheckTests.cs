using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Translation;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Dns;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Tests.Mail.Authentication;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

/// <summary>From an SMTP session to what a reader sees.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SenderCheckTests : IDisposable
{
    // Where every client of the stage comes from.
    private const string Client = "ip4:192.0.2.1";

    private readonly ReceiverStage stage = new(dmarc: DmarcMode.Enforce);

    public void Dispose() => stage.Dispose();

    private async Task<Stanza> ReceiveAsync(MessageContent? content = null)
    {
        var verdict = await stage.ReceiveAsync(content ?? TestContent.Mail(), "alice@example.org");
        Assert.That(verdict.Reply.Code, Is.EqualTo(250), verdict.Reply.ToString());
        return stage.Link.Sent.Single();
    }

    [Test]
    public async Task A_mail_of_an_unknown_sender_says_so()
    {
        var message = await ReceiveAsync();

        Assert.That(message.Body, Is.EqualTo("Plan\n\n[Sender not verified]\n\nHello"));
        var fallback = message.Payloads<Fallback>().Single(mark => mark.For == SenderNotice.Namespace.NamespaceName);
        Assert.That(TextRange.Remove(message.Body!, [fallback.Body!.Value]), Is.EqualTo("Plan\n\nHello"), "a client that shows it in its own way may hide the line");
        Assert.That(message.Payload<SenderNotice>(), Is.EqualTo(new SenderNotice(
            AuthorStanding.Unverified, "bob@mail.test", IsDisguised: false, "mx.example.org; spf=none smtp.mailfrom=mail.test; dkim=none; dmarc=none header.from=mail.test")));
    }

    [Test]
    public async Task A_mail_that_is_from_whom_it_says_carries_no_decoration()
    {
        stage.Dns.Txt("mail.test", $"v=spf1 {Client} -all");

        var message = await ReceiveAsync();

        Assert.That(message.Body, Is.EqualTo("Plan\n\nHello"));
        Assert.That(message.Payload<SenderNotice>()!.Standing, Is.EqualTo(AuthorStanding.Verified));
    }

    [Test]
    public async Task An_SPF_fail_without_a_policy_is_a_warning()
    {
        stage.Dns.Txt("mail.test", "v=spf1 -all");
        Assert.That((await ReceiveAsync()).Body, Is.EqualTo("Plan\n\n[Warning: this mail may not be from bob@mail.test]\n\nHello"));
    }

    [TestCase("list.test", "dmarc=pass", 250)]
    [TestCase("list.test", "dkim=pass:mail.test", 250)]
    [TestCase("list.test", "dmarc=fail dkim=pass:evil.test", 550)]
    [TestCase("other.test", "dmarc=pass", 550)]
    [TestCase(null, "dmarc=pass", 550)]
    public async Task A_policy_of_reject_gives_way_to_the_word_of_a_trusted_sealer(string? trusted, string found, int code)
    {
        using var listening = new ReceiverStage(inbound: new InboundOptions { TrustedSealers = trusted is null ? [] : [trusted] }, dmarc: DmarcMode.Enforce);
        listening.Dns.Txt("mail.test", "v=spf1 -all").Txt("_dmarc.mail.test", "v=DMARC1; p=reject");
        var mail = new SealedMail(listening.Dns).Seal("list.test", found);
        Assert.That((await listening.ReceiveAsync(TestContent.Of(mail.Octets), "alice@example.org")).Reply.Code, Is.EqualTo(code));
    }

    [Test]
    public async Task Mail_in_the_name_of_our_own_users_is_judged_as_any_other()
    {
        const string From = "alice%example.net@smtp.example";
        Assert.That((await ReceiveAsync(TestContent.Mail(from: From))).Body, Is.EqualTo($"Plan\n\n[Sender not verified]\n\nHello"));

        stage.Dns.Txt("_dmarc.smtp.example", "v=DMARC1; p=reject");
        Assert.That((await stage.ReceiveAsync(TestContent.Mail(from: From, messageId: "m2@mail.test"), "alice@example.org")).Reply.ToString(), Does.StartWith("550 5.7.26 "));
    }

    [Test]
    public async Task A_mail_of_nobody_comes_from_the_mailer_daemon_even_where_our_host_has_the_name_of_the_component()
    {
        using var plain = new ReceiverStage(hostname: "smtp.example");
        var verdict = await plain.ReceiveAsync(new Envelope(null, [new EnvelopeRecipient(EmailAddress.Parse("alice@example.org"))]), TestContent.Of("Subject: Plan\n\nHello\n"));

        Assert.That(verdict.Reply.Code, Is.EqualTo(250), verdict.Reply.ToString());
        Assert.That(plain.Link.Sent.Single().From.Local, Does.StartWith("mailer-daemon"));
    }

    [Test]
    public async Task A_policy_of_reject_is_obeyed()
    {
        stage.Dns.Txt("mail.test", "v=spf1 -all").Txt("_dmarc.mail.test", "v=DMARC1; p=reject");

        var verdict = await stage.ReceiveAsync("alice@example.org");

        Assert.That(verdict.Reply.ToString(), Does.StartWith("550 5.7.26 "));
        Assert.That(stage.Link.Sent, Is.Empty);
        Assert.That(stage.Rows("1 = 1"), Is.Zero, "nothing of it is stored");
    }

    [Test]
    public async Task A_policy_of_quarantine_is_a_warning()
    {
        stage.Dns.Txt("mail.test", "v=spf1 -all").Txt("_dmarc.mail.test", "v=DMARC1; p=quarantine");
        Assert.That((await ReceiveAsync()).Body, Does.Contain("[Warning: this mail may not be from bob@mail.test]"));
    }

    [Test]
    public async Task When_the_DNS_does_not_say_whether_to_refuse_the_mail_may_come_again()
    {
        stage.Dns.Txt("mail.test", DnsStatus.Failed).Txt("_dmarc.mail.test", "v=DMARC1; p=reject");
        Assert.That((await stage.ReceiveAsync("alice@example.org")).Reply.ToString(), Does.StartWith("451 4.7.0 "));
    }

    [Test]
    public async Task When_the_DNS_says_nothing_at_all_the_mail_is_only_not_verified()
    {
        stage.Dns.Txt("mail.test", DnsStatus.Failed).Txt("_dmarc.mail.test", DnsStatus.Failed).Txt("_dmarc.test", DnsStatus.Failed);
        Assert.That((await ReceiveAsync()).Body, Does.Contain("[Sender not verified]"));
    }

    [Test]
    public async Task What_is_delivered_later_shows_the_same()
    {
        stage.Dns.Txt("mail.test", "v=spf1 -all");
        // Another server's user: the worker takes it there.
        await stage.ReceiveAsync("erin@b.example");
        await stage.RecordedAsync();

        await stage.WorkAsync();

        Assert.That(stage.Link.Sent.Single().Body, Does.Contain("[Warning: this mail may not be from bob@mail.test]"));
    }

    [TestCase("\"ceo@example.org\" <bob@mail.test>", "bob@mail.test")]
    [TestCase("\"CEO (ceo@example.org)\" <bob@mail.test>", "bob@mail.test")]
    [TestCase("\"ceo\uFF20example.org\" <bob@mail.test>", "bob@mail.test")]
    [TestCase("\"ceo@exam\u200Bple.org\" <bob@mail.test>", "bob@mail.test")]
    [TestCase("\"CEO—ceo@example.org—private\" <bob@mail.test>", "bob@mail.test")]
    [TestCase("\"the one and only C E O of all that is and was or will be a b c d ceo@example.org\" <bob@mail.test>", "bob@mail.test")]
    [TestCase("ceo@example.org <bob@mail.test>", "bob@mail.test")]
    [TestCase("The office <office@example.org.evil.test>", "office@example.org.evil.test")]
    [TestCase("The office <office@examp1e.org>", "office@examp1e.org")]
    [TestCase("The office <office@ехample.org>", "office@xn--ample-ywe6i.org")]
    public async Task A_disguise_is_shown_with_the_true_address(string from, string address)
    {
        var message = await ReceiveAsync(TestContent.Mail(from: from));

        Assert.That(message.Body, Does.Contain($"[Warning: this mail is from {address}, whatever it looks like]"));
        Assert.That(message.Payload<SenderNotice>()!.IsDisguised, Is.True);
        Assert.That(message.Payload<Nick>()!.Name, Is.EqualTo(address), "a contact list shows it too");
    }

    [TestCase("\"bob@mail.test\" <bob@mail.test>")]
    [TestCase("\"'Bob@mail.test'\" <bob@mail.test>")]
    [TestCase("\"Bob (bob@mail.test).\" <bob@mail.test>")]
    [TestCase("\"o'brien@mail.test\" <o'brien@mail.test>")]
    [TestCase("\"Bob @ home\" <bob@mail.test>")]
    [TestCase("\"Bob @bob\" <bob@mail.test>")]
    public async Task A_name_that_is_the_own_address_or_none_is_no_disguise(string from)
    {
        var message = await ReceiveAsync(TestContent.Mail(from: from));
        Assert.That(message.Payload<SenderNotice>()!.IsDisguised, Is.False);
    }

    [Test]
    public async Task With_checks_off_nothing_is_asked_and_nobody_is_told()
    {
        using var off = new ReceiverStage(dmarc: DmarcMode.Off);
        off.Dns.Txt("mail.test", "v=spf1 -all").Txt("_dmarc.mail.test", "v=DMARC1; p=reject");

        Assert.That((await off.ReceiveAsync("alice@example.org")).Reply.Code, Is.EqualTo(250));
        Assert.That(off.Link.Sent.Single().Body, Is.EqualTo("Plan\n\nHello"));
        Assert.That(off.Dns.Asked, Is.Empty);
    }

    [TestCase(DmarcMode.Off, 550, 0)]
    [TestCase(DmarcMode.Mark, 250, 1)]
    public async Task With_checks_off_no_sender_is_verified_and_a_refusal_is_said_in_the_session_and_not_reported(DmarcMode mode, int code, int reports)
    {
        using var mixed = new ReceiverStage(dmarc: mode);
        mixed.Dns.Txt("mail.test", $"v=spf1 {Client} -all");
        mixed.Link.OnMessage = message => message.To.Local == "carol" ? FakeLink.Refusal(StanzaErrorType.Cancel, "item-not-found") : new DeliveryVerdict.Taken();

        Assert.That((await mixed.ReceiveAsync("alice@example.org", "carol@example.org")).Reply.Code, Is.EqualTo(code));
        Assert.That(mixed.Store.Database.Count("owed_report"), Is.EqualTo(reports));
    }

    [Test]
    public async Task A_retry_after_a_lost_250_is_not_reported_again()
    {
        stage.Dns.Txt("mail.test", $"v=spf1 {Client} -all");
        stage.Link.OnMessage = message => message.To.Local == "carol" ? FakeLink.Refusal(StanzaErrorType.Cancel, "item-not-found") : new DeliveryVerdict.Taken();
        string[] recipients = ["alice@example.org", "carol@example.org"];

        for (var session = 0; session < 3; session++)
            Assert.That((await stage.ReceiveAsync(recipients)).Reply.Code, Is.EqualTo(250));
        Assert.That(stage.Store.Database.Count("owed_report"), Is.EqualTo(1));

        await stage.ReceiveAsync(TestContent.Mail(messageId: "m2@mail.test"), recipients);
        Assert.That(stage.Store.Database.Count("owed_report"), Is.EqualTo(2), "another mail is");
        Assert.That(stage.Link.Sent.Count(stanza => stanza.To.Local == "alice"), Is.EqualTo(2), "once each");
    }
}
