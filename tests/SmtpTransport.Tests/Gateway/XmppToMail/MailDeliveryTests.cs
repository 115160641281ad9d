using Microsoft.Extensions.Logging.Abstractions;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.XmppToMail;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MailDeliveryTests : IDisposable
{
    private readonly SenderStage stage = new();

    public void Dispose() => stage.Dispose();

    [Test]
    public async Task A_message_leaves_as_a_mail_from_the_users_own_address()
    {
        await stage.SayAsync(SenderStage.Message("Hi Bob"));

        Assert.That(await stage.WorkAsync(), Is.EqualTo(1));

        var (mail, text) = stage.Sender.Mails.Single();
        Assert.That((mail.ReversePath!.Value.Domain, mail.Recipients.Single().ToString()), Is.EqualTo(("example.org", "bob@mail.test")));
        Assert.That(stage.ReturnPaths.MailIdOf(mail.ReversePath.Value), Is.EqualTo(mail.Id), "bounces come back to a path that we signed");
        Assert.That(text, Does.Contain("From: alice@example.org\r\n").And.Contain("Jabber-ID: alice@example.org\r\n").And.EndsWith("Hi Bob\r\n"));
        Assert.That(stage.Store.Database.Count("mail"), Is.Zero);
        Assert.That(stage.Told(), Is.Empty, "nobody asked for a receipt");
    }

    [Test]
    public async Task The_receipt_comes_when_the_next_hop_has_it_from_the_jid_that_was_addressed()
    {
        await stage.SayAsync(SenderStage.Message(id: "c7", to: "bob\\40mail.test@smtp.example", more: new ReceiptRequest()));
        stage.Sender.OnRecipient = _ => FakeMailSender.Deferred("busy");
        await stage.WorkAsync();
        Assert.That(stage.Told(), Is.Empty);

        stage.Sender.OnRecipient = _ => FakeMailSender.Delivered;
        stage.Time.Advance(TimeSpan.FromMinutes(2));
        await stage.WorkAsync();

        var receipt = stage.Told().Single();
        Assert.That(receipt.Payload<DeliveryReceipt>()!.MessageId, Is.EqualTo("c7"));
        Assert.That(receipt.Payload<StoreHint>(), Is.Not.Null, "for a client that has left");
        Assert.That((receipt.From, receipt.To), Is.EqualTo((Jid.Parse("bob\\40mail.test@smtp.example"), Jid.Parse("alice@example.org/phone"))));
    }

    [Test]
    public async Task Every_retry_sends_the_same_octets_even_after_a_restart()
    {
        stage.Sender.OnRecipient = _ => FakeMailSender.Deferred("busy");
        await stage.SayAsync(SenderStage.Message());
        await stage.WorkAsync();
        stage.Time.Advance(TimeSpan.FromMinutes(2));
        await stage.WorkAsync();

        stage.Store.Restart();
        await stage.Spool.RecoverAsync();
        stage.Time.Advance(TimeSpan.FromHours(1));
        await stage.WorkAsync();

        Assert.That(stage.Sender.Mails, Has.Count.EqualTo(3));
        Assert.That(stage.Sender.Mails.Select(sent => sent.Text).Distinct().Count(), Is.EqualTo(1));
        Assert.That(stage.Sender.Mails[0].Text, Does.Contain("Message-Id: <").IgnoreCase.And.Contain("Date: "));
    }

    [Test]
    public async Task A_deferred_mail_follows_the_schedule_and_gives_the_reason()
    {
        stage.Sender.OnRecipient = _ => FakeMailSender.Deferred("come back later");
        await stage.SayAsync(SenderStage.Message());
        await stage.WorkAsync();

        var item = (await stage.Store.Queue.ListAsync(QueueFilter.All, default)).Single();
        Assert.That((item.State, item.Attempts, item.LastError), Is.EqualTo(("deferred", 1, "451 4.3.2 come back later (mx.mail.test)")));
        Assert.That(item.Due - stage.Time.GetUtcNow(), Is.InRange(TimeSpan.FromSeconds(54), TimeSpan.FromSeconds(66)));
    }

    [Test]
    public async Task A_refusal_is_an_error_on_the_message_with_the_servers_words()
    {
        stage.Sender.OnRecipient = _ => FakeMailSender.Failed("No Bob lives here");
        await stage.SayAsync(SenderStage.Message(id: "c9"));
        await stage.WorkAsync();

        var error = stage.Told().Single();
        Assert.That((error.Type, error.Id, error.To), Is.EqualTo(("error", "c9", Jid.Parse("alice@example.org/phone"))));
        Assert.That(error.Payload<StanzaError>()!.Condition, Is.EqualTo("item-not-found"));
        Assert.That(error.Payload<StanzaError>()!.Text, Does.Contain("No Bob lives here"));
        Assert.That(stage.Store.Database.Count("mail"), Is.Zero);
    }

    [TestCase(0)]
    [TestCase(150_000)]
    public async Task A_refusal_of_a_message_without_an_id_that_can_be_sent_back_reaches_its_author(int length)
    {
        stage.Sender.OnRecipient = _ => FakeMailSender.Failed("No Bob lives here");
        await stage.SayAsync(SenderStage.Message(id: new string('x', length), more: new ReceiptRequest()));
        await stage.WorkAsync();
        var told = stage.Told().Single();
        await stage.Link.SendAsync(told, CancellationToken.None);

        Assert.That((told.Type, told.Payload<StanzaError>()!.Condition), Is.EqualTo(("error", "item-not-found")));
    }

    [Test]
    public async Task When_the_sending_client_is_gone_the_user_gets_a_message_too()
    {
        stage.Sender.OnRecipient = _ => FakeMailSender.Failed("No Bob lives here");
        stage.Link.OnQuery = iq => iq.Error(new StanzaError(StanzaErrorType.Cancel, "service-unavailable"));
        await stage.SayAsync(SenderStage.Message());
        await stage.WorkAsync();

        var told = stage.Told();
        Assert.That(told.Select(stanza => stanza.Type), Is.EqualTo(new[] { "error", "chat" }));
        Assert.That(told[1].To, Is.EqualTo(Jid.Parse("alice@example.org")));
        Assert.That(told[1].Body, Does.StartWith("Not delivered to bob@mail.test: ").And.Contain("No Bob lives here"));
    }

    [Test]
    public async Task What_cannot_be_delivered_for_two_days_is_given_up_with_the_last_words()
    {
        stage.Sender.OnRecipient = _ => FakeMailSender.Deferred("still busy");
        await stage.SayAsync(SenderStage.Message());
        for (var hour = 0; hour < 49; hour++)
        {
            await stage.WorkAsync();
            stage.Time.Advance(TimeSpan.FromHours(1));
        }

        var error = stage.Told().First().Payload<StanzaError>()!;
        Assert.That(error.Condition, Is.EqualTo("remote-server-timeout"));
        Assert.That(error.Text, Does.Contain("still busy"));
        Assert.That(stage.Store.Database.Count("mail"), Is.Zero);
    }

    [Test]
    public async Task A_sender_that_breaks_is_trouble_that_may_pass()
    {
        stage.Sender.OnRecipient = _ => throw new InvalidOperationException("bug");
        await stage.SayAsync(SenderStage.Message());
        await stage.WorkAsync();

        Assert.That((await stage.Store.Queue.ListAsync(QueueFilter.All, default)).Single().LastError, Is.EqualTo("451 4.3.0 Local trouble"));
    }

    [Test]
    public async Task While_the_disk_fails_behind_a_250_only_its_record_is_tried_again()
    {
        stage.Sender.OnRecipient = _ => FakeMailSender.Delivered;
        await stage.SayAsync(SenderStage.Message(more: new ReceiptRequest()));
        await stage.Store.Database.BreakAsync("BEFORE DELETE ON recipient");
        var working = stage.WorkAsync();
        await stage.Time.Timer(TimeSpan.FromSeconds(5));
        await stage.Store.Database.MendAsync();
        stage.Time.Advance(TimeSpan.FromSeconds(5));
        await working;

        Assert.That((stage.Sender.Mails.Count, stage.Told().Count, stage.Store.Database.Count("mail")), Is.EqualTo((1, 1, 0)));
    }

    [Test]
    public async Task A_draft_that_no_mail_can_be_made_of_is_given_up_like_any_other()
    {
        await stage.SayAsync(SenderStage.Message());
        await stage.Store.Database.BreakAsync("BEFORE INSERT ON sent_line");
        await stage.WorkAsync();
        Assert.That((await stage.Store.Queue.ListAsync(QueueFilter.All, default)).Single().LastError, Is.EqualTo("451 4.3.0 Local trouble"));

        stage.Time.Advance(TimeSpan.FromDays(2));
        await stage.WorkAsync();
        Assert.That(stage.Told().Select(told => told.Type), Does.Contain("error"));
    }

    [Test]
    public async Task One_late_mail_that_cannot_be_told_keeps_no_other_from_its_sender()
    {
        stage.Sender.OnRecipient = _ => FakeMailSender.Deferred("busy");
        await stage.SayAsync(SenderStage.Message(id: "c1"));
        await stage.SayAsync(SenderStage.Message(id: "c2"));
        await stage.WorkAsync();
        using var stop = new CancellationTokenSource();
        var housekeeping = new Housekeeping(
            stage.Spool, mail => mail.Line.StanzaId == "c1" ? throw new FormatException() : UserNotices.Delay(mail), stage.Doorbells, stage.Time, NullLogger<Housekeeping>.Instance).RunAsync(stop.Token);

        stage.Time.Advance(Housekeeping.TellAfter);
        await stage.Doorbells.Notices.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, default);
        await stop.CancelAsync();
        await housekeeping;

        Assert.That(stage.Told().Single().Payload<Reply>()!.Id, Is.EqualTo("c2"));
    }

    [Test]
    public async Task After_a_quarter_of_an_hour_of_failing_the_user_is_told_once()
    {
        stage.Sender.OnRecipient = _ => FakeMailSender.Deferred("busy");
        await stage.SayAsync(SenderStage.Message());
        await stage.WorkAsync();
        using var stop = new CancellationTokenSource();
        var housekeeping = new Housekeeping(stage.Spool, UserNotices.Delay, stage.Doorbells, stage.Time, NullLogger<Housekeeping>.Instance).RunAsync(stop.Token);

        stage.Time.Advance(Housekeeping.TellAfter - TimeSpan.FromSeconds(2));
        await stage.Doorbells.Notices.WaitAsync(TimeSpan.FromMilliseconds(1), TimeProvider.System, default);
        Assert.That(stage.Told(), Is.Empty);
        stage.Time.Advance(TimeSpan.FromSeconds(2));
        await stage.Doorbells.Notices.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, default);
        await stop.CancelAsync();
        await housekeeping;

        var notice = stage.Told().Single();
        Assert.That(notice.Body, Does.Contain("bob@mail.test").And.Contain("keep trying").And.Contain("busy"));
        Assert.That(await stage.Spool.FindDelayedAsync(stage.Time.GetUtcNow(), 10), Is.Empty);
    }

    [Test]
    public async Task An_answer_goes_on_with_the_conversation_of_the_mail()
    {
        await HearAsync("s1", "m1@mail.test", "t1", "Plan");

        await stage.SayAsync(SenderStage.Message("I agree"));
        await stage.WorkAsync();

        Assert.That(stage.Sender.Mails.Single().Text, Does.Contain("Subject: Re: Plan\r\n")
            .And.Contain("In-Reply-To: <m1@mail.test>").And.Contain("References: <m0@mail.test> <m1@mail.test>"));
        var own = stage.Store.Correspondence.ByStanza(Jid.Parse("alice@example.org"), "c1")!;
        Assert.That((own.Own, own.Thread, own.Subject), Is.EqualTo((true, "t1", "Plan")));
        Assert.That(own.References, Is.EqualTo(new[] { "m0@mail.test", "m1@mail.test" }));
    }

    [Test]
    public async Task A_reply_mark_picks_the_mail_that_is_answered()
    {
        await HearAsync("s1", "m1@mail.test", "t1", "Plan");
        stage.Time.Advance(TimeSpan.FromMinutes(1));
        await HearAsync("s2", "m2@mail.test", "t2", "Party");

        await stage.SayAsync(SenderStage.Message("Yes", more: new Reply("s1", Jid.Parse("bob%mail.test@smtp.example"))));
        await stage.WorkAsync();

        Assert.That(stage.Sender.Mails.Single().Text, Does.Contain("In-Reply-To: <m1@mail.test>").And.Contain("Subject: Re: Plan"));
    }

    [Test]
    public async Task A_subject_of_its_own_begins_something_new()
    {
        await HearAsync("s1", "m1@mail.test", "t1", "Plan");

        await stage.SayAsync(SenderStage.Message("Yes", more: new Subject("Lunch")));
        await stage.WorkAsync();

        Assert.That(stage.Sender.Mails.Single().Text, Does.Contain("Subject: Lunch\r\n").And.Not.Contain("In-Reply-To"));
    }

    [Test]
    public async Task A_thread_that_only_the_client_knows_is_no_new_conversation()
    {
        await HearAsync("s1", "m1@mail.test", "t1", "Plan");

        await stage.SayAsync(SenderStage.Message("Yes", more: new MessageThread("of-this-window")));
        await stage.WorkAsync();

        Assert.That(stage.Sender.Mails.Single().Text, Does.Contain("Subject: Re: Plan\r\n"));
    }

    private async Task HearAsync(string stanzaId, string messageId, string thread, string subject)
    {
        var mail = await stage.Store.AcceptAsync("mail-" + stanzaId, messageId, TestContent.Mail(messageId: messageId), "alice@example.org");
        var taken = stage.Store.Taken(mail, stanzaId: stanzaId);
        await stage.Spool.SettleAsync(mail.Id, [taken with { Sent = [taken.Sent[0] with { Thread = thread, Subject = subject, References = ["m0@mail.test"] }] }], []);
    }
}
