using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MailReceiverTests : IDisposable
{
    private static readonly DeliveryVerdict Unknown = FakeLink.Refusal(StanzaErrorType.Cancel, "service-unavailable");
    private static readonly DeliveryVerdict Busy = FakeLink.Refusal(StanzaErrorType.Wait, "resource-constraint");
    private readonly ReceiverStage stage = new();

    public void Dispose() => stage.Dispose();

    [Test]
    public async Task What_all_take_is_answered_250_and_shown_once()
    {
        var verdict = await stage.ReceiveAsync("alice@example.org", "carol@example.org");

        Assert.That(verdict.Reply.ToString(), Is.EqualTo("250 2.0.0 Ok: queued as mail1"));
        Assert.That(verdict.PerRecipient, Has.All.EqualTo(verdict.Reply));
        Assert.That(stage.Shown, Is.EquivalentTo(new[] { "alice@example.org: Plan\n\nHello", "carol@example.org: Plan\n\nHello" }));
        Assert.That(stage.Link.Sent[0].From, Is.EqualTo(Jid.Parse("bob%mail.test@smtp.example")));
        await stage.RecordedAsync();
        Assert.That(stage.Rows("state = 1"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_long_author_is_the_author_and_not_whoever_sent_the_mail()
    {
        var author = $"news+{new string('a', 80)}";

        var verdict = await stage.ReceiveAsync(TestContent.Of($"From: {author}@list.test\nSender: bob@mail.test\n\nHello\n"), "alice@example.org");

        Assert.That(verdict.Reply.Code, Is.EqualTo(250));
        Assert.That(stage.Link.Sent.Single().From, Is.EqualTo(Jid.Parse($"{author}%list.test@smtp.example")));
    }

    [Test]
    public async Task An_unknown_user_is_refused_in_the_session_and_nothing_stays()
    {
        stage.Link.OnMessage = _ => Unknown;

        var verdict = await stage.ReceiveAsync("nobody@example.org");

        Assert.That((verdict.Reply.Code, verdict.Reply.Enhanced), Is.EqualTo((550, "5.1.1")));
        foreach (var table in new[] { "mail", "recipient", "body", "taken" })
            Assert.That(stage.Store.Database.Count(table), Is.Zero, table);
    }

    [Test]
    public async Task With_prdr_each_recipient_has_its_own_reply()
    {
        stage.Link.OnMessage = message => message.To.Local == "nobody" ? Unknown : new DeliveryVerdict.Taken();

        var verdict = await stage.ReceivePrdrAsync("alice@example.org", "nobody@example.org");

        Assert.That(verdict.Reply.Code, Is.EqualTo(250));
        Assert.That(verdict.PerRecipient.Select(reply => reply.Code), Is.EqualTo(new[] { 250, 550 }));
        Assert.That(stage.Rows("jid = 'nobody@example.org'"), Is.Zero);
    }

    [Test]
    public async Task With_prdr_a_mail_that_nobody_takes_is_refused_as_a_whole_too()
    {
        stage.Link.OnMessage = _ => Unknown;

        var verdict = await stage.ReceivePrdrAsync("nobody@example.org", "noone@example.org");

        Assert.That((verdict.Reply.Code, verdict.PerRecipient[1].Code), Is.EqualTo((550, 550)));
    }

    [Test]
    public async Task A_temporary_refusal_of_one_is_the_answer_and_the_retry_shows_nothing_twice()
    {
        stage.Link.OnMessage = message => message.To.Local == "carol" ? Busy : new DeliveryVerdict.Taken();
        var first = await stage.ReceiveAsync("alice@example.org", "carol@example.org", "nobody@several.example");
        Assert.That((first.Reply.Code, first.Reply.Enhanced), Is.EqualTo((452, "4.2.2")));
        Assert.That(stage.Rows("jid <> 'alice@example.org'"), Is.Zero, "withdrawn");

        stage.Link.OnMessage = _ => new DeliveryVerdict.Taken();
        var second = await stage.ReceiveAsync("alice@example.org", "carol@example.org");

        Assert.That(second.Reply.Code, Is.EqualTo(250));
        Assert.That(stage.Link.Sent.Count(stanza => stanza.To.Local == "alice"), Is.EqualTo(1));
        var tries = stage.Link.Sent.Where(stanza => stanza.To.Local == "carol").ToList();
        Assert.That((tries.Count, tries[0].Id == tries[1].Id), Is.EqualTo((2, true)), "the same ids");
    }

    [Test]
    public async Task A_permanent_refusal_of_one_names_who_got_it_and_who_did_not()
    {
        stage.Link.OnMessage = message => message.To.Local == "nobody" ? Unknown : new DeliveryVerdict.Taken();

        var verdict = await stage.ReceiveAsync("alice@example.org", "nobody@example.org");

        Assert.That(verdict.Reply.Code, Is.EqualTo(550));
        Assert.That(verdict.Reply.Text.Split('\n'), Has.Some.EqualTo("delivered to <alice@example.org>"));
        Assert.That(verdict.Reply.Text.Split('\n'), Has.Some.StartsWith("not delivered to <nobody@example.org>: "));
        await stage.RecordedAsync();
        Assert.That(stage.Rows("jid = 'alice@example.org' AND state = 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task Two_addresses_of_one_user_are_one_copy_with_one_verdict()
    {
        var verdict = await stage.ReceivePrdrAsync("alice@example.org", "alice+shop@example.org");

        Assert.That(verdict.PerRecipient.Select(reply => reply.Code), Is.EqualTo(new[] { 250, 250 }));
        Assert.That(stage.Link.Sent, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Mail_for_users_of_other_servers_goes_out_from_the_spool()
    {
        var verdict = await stage.ReceiveAsync("erin@b.example");

        Assert.That(verdict.Reply.Code, Is.EqualTo(250));
        Assert.That(stage.Link.Sent, Is.Empty);
        await stage.RecordedAsync();
        Assert.That(await stage.WorkAsync(), Is.EqualTo(1));
        Assert.That(stage.Shown, Is.EqualTo(new[] { "erin@several.example: Plan\n\nHello" }));
    }

    [Test]
    public async Task Mail_for_other_servers_is_withdrawn_when_the_session_ends_in_4xx()
    {
        stage.Link.OnMessage = _ => Busy;

        var verdict = await stage.ReceiveAsync("alice@example.org", "erin@b.example");

        Assert.That(verdict.Reply.Code, Is.EqualTo(452));
        Assert.That((stage.Store.Database.Count("mail"), stage.Store.Database.Count("taken")), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_senders_retry_after_a_lost_250_shows_nothing_twice()
    {
        await stage.ReceiveAsync("alice@example.org");
        await stage.RecordedAsync();
        stage.Time.Advance(TimeSpan.FromHours(23));

        Assert.That((await stage.ReceiveAsync("alice@example.org")).Reply.Code, Is.EqualTo(250));
        Assert.That(stage.Link.Sent, Has.Count.EqualTo(1));
        Assert.That((await stage.ReceiveAsync(TestContent.Mail(body: "Something else"), "alice@example.org")).Reply.Code, Is.EqualTo(250));
        Assert.That(stage.Link.Sent, Has.Count.EqualTo(2), "the same Message-ID with another body");
    }

    [Test]
    public async Task A_verified_sender_is_told_of_a_refusal_though_all_else_was_taken_before()
    {
        using var verifying = new ReceiverStage(dmarc: DmarcMode.Mark);
        verifying.Dns.Txt("mail.test", "v=spf1 ip4:192.0.2.1 -all");
        await verifying.ReceiveAsync("alice@example.org");
        await verifying.RecordedAsync();

        var verdict = await verifying.ReceiveAsync("alice@example.org", "someone@elsewhere.test");

        Assert.That(verdict.Reply.Code, Is.EqualTo(250), verdict.Reply.Text);
        Assert.That(verifying.Store.Database.Count("owed_report", "address = 'someone@elsewhere.test'"), Is.EqualTo(1));
        Assert.That(verifying.Link.Sent, Has.Count.EqualTo(1));
    }

    [TestCase("alice@example.org", 10)]
    [TestCase("erin@b.example", 5 * 24 * 60)]
    public async Task So_long_a_verified_sender_is_told_of_a_refusal_that_comes_late(string user, int minutes)
    {
        using var verifying = new ReceiverStage(dmarc: DmarcMode.Mark);
        verifying.Dns.Txt("mail.test", "v=spf1 ip4:192.0.2.1 -all");
        await verifying.ReceiveAsync(user);
        await verifying.RecordedAsync();
        await verifying.WorkAsync();

        verifying.Time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
        await verifying.Store.SweepAsync();
        Assert.That((verifying.Rows("state = 3"), verifying.Store.Database.Count("body")), Is.EqualTo((1, 0)), "without its octets");
        verifying.Time.Advance(TimeSpan.FromSeconds(1));
        await verifying.Store.SweepAsync();
        Assert.That(verifying.Store.Database.Count("mail"), Is.Zero);
    }

    [Test]
    public async Task Mail_without_a_message_id_is_shown_each_time_it_comes()
    {
        await stage.ReceiveAsync(TestContent.Mail(messageId: ""), "alice@example.org");
        await stage.ReceiveAsync(TestContent.Mail(messageId: ""), "alice@example.org");

        Assert.That(stage.Link.Sent.Select(stanza => stanza.Id).Distinct().Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task The_same_mail_in_a_second_session_is_not_called_taken_while_the_first_may_fail()
    {
        stage.Link.OnMessage = _ => null;
        var first = stage.ReceiveAsync("alice@example.org");
        await stage.Link.Reached(1);
        await stage.Time.PassAsync(ReceiverStage.Brief, ReceiverStage.Brief);
        await stage.Time.Timer(ReceiverStage.Glance);

        var second = await stage.ReceiveAsync("alice@example.org");

        Assert.That((second.Reply.Code, second.Reply.Enhanced), Is.EqualTo((451, "4.3.0")));
        stage.Link.Answer(stage.Link.Sent.Single().Id, Unknown);
        Assert.That((await first).Reply.Code, Is.EqualTo(550));
        stage.Link.OnMessage = _ => new DeliveryVerdict.Taken();
        Assert.That((await stage.ReceiveAsync("alice@example.org")).Reply.Code, Is.EqualTo(250));
        Assert.That(stage.Link.Sent, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Other_mail_with_a_null_sender_is_delivered()
    {
        Assert.That((await stage.ReceiveAsync(NullSender("alice@example.org"), TestContent.Mail(subject: "Away"))).Reply.Code, Is.EqualTo(250));
        Assert.That(stage.Shown.Single(), Does.Contain("Away"));
    }

    [Test]
    public async Task Postmaster_reaches_the_admins()
    {
        Assert.That((await stage.RcptAsync("postmaster@example.org")).Code, Is.EqualTo(250));
        Assert.That((await stage.ReceiveAsync("postmaster@example.org", "abuse@smtp.example")).Reply.Code, Is.EqualTo(250));
        Assert.That(stage.Link.Sent.Single().To, Is.EqualTo(Jid.Parse("admin@example.org")));
    }

    [Test]
    public async Task Relaying_is_denied_at_rcpt()
    {
        Assert.That((await stage.RcptAsync("bob@gmail.test")).ToString(), Does.StartWith("550 5.7.1"));
        Assert.That((await stage.RcptAsync("victim%gmail.test@smtp.example")).ToString(), Does.StartWith("550 5.7.1"));
        Assert.That((await stage.RcptAsync("alice@smtp.example")).ToString(), Does.StartWith("550 5.1.1"));
    }

    [Test]
    public async Task A_mail_without_a_header_is_text()
    {
        Assert.That((await stage.ReceiveAsync(TestContent.Of("just words"), "alice@example.org")).Reply.Code, Is.EqualTo(250));
        Assert.That(stage.Shown.Single(), Does.Contain("just words"));
    }

    private static Envelope NullSender(string recipient) => new(null, [new EnvelopeRecipient(EmailAddress.Parse(recipient))]);
}
