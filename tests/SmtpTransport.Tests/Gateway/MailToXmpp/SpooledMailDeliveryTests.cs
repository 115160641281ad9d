using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

/// <summary>What goes out from the spool, and what comes back when nobody waits for it any more.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SpooledMailDeliveryTests : IDisposable
{
    private readonly ReceiverStage stage = new();

    public void Dispose() => stage.Dispose();

    [Test]
    public async Task What_a_crash_cut_off_is_sent_at_the_next_start_with_the_same_ids()
    {
        await stage.ReceiveAsync("erin@b.example");
        await stage.RecordedAsync();
        await stage.Spool.ClaimAsync(stage.Worker.Direction, 10, []);

        await stage.Spool.RecoverAsync();
        await stage.WorkAsync();
        await stage.Spool.ReopenTakenAsync(stage.Time.GetUtcNow() - MailSettling.UnsafeTime);
        await stage.WorkAsync();

        Assert.That(stage.Link.Sent, Has.Count.EqualTo(2));
        Assert.That(stage.Link.Sent.Select(stanza => stanza.Id).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_refusal_for_now_is_tried_again_on_schedule()
    {
        stage.Link.OnMessage = _ => FakeLink.Refusal(StanzaErrorType.Wait, "remote-server-timeout");
        await stage.ReceiveAsync("erin@b.example");
        await stage.RecordedAsync();
        await stage.WorkAsync();

        var item = (await stage.Store.Queue.ListAsync(QueueFilter.All, default)).Single();
        Assert.That((item.State, item.Attempts, item.LastError), Is.EqualTo(("deferred", 1, "451 4.4.1 Recipient's XMPP server does not answer")));
        Assert.That(await stage.WorkAsync(), Is.Zero);
        stage.Link.OnMessage = _ => new DeliveryVerdict.Taken();
        stage.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.That(await stage.WorkAsync(), Is.EqualTo(1));
        Assert.That(stage.Rows("state = 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task What_is_refused_for_two_days_is_given_up_and_its_sender_not_told()
    {
        stage.Link.OnMessage = _ => FakeLink.Refusal(StanzaErrorType.Wait, "remote-server-timeout");
        await stage.ReceiveAsync("erin@b.example");
        await stage.RecordedAsync();
        for (var hour = 0; hour < 49; hour++)
        {
            await stage.WorkAsync();
            stage.Time.Advance(TimeSpan.FromHours(1));
        }

        Assert.That((await stage.Store.Queue.ListAsync(QueueFilter.All, default)).Single().State, Is.EqualTo("failed"));
        Assert.That((stage.Store.Database.Count("notice"), stage.Store.Database.Count("body")), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_mail_that_breaks_us_is_refused_for_now_in_the_session_and_deferred_later()
    {
        stage.Link.OnMessage = _ => throw new InvalidOperationException("bug");

        Assert.That((await stage.ReceiveAsync("alice@example.org")).Reply.ToString(), Does.StartWith("451 4.3.0"));
        Assert.That(stage.Store.Database.Count("mail"), Is.Zero);
        await stage.ReceiveAsync("erin@b.example");
        await stage.RecordedAsync();
        await stage.WorkAsync();
        Assert.That((await stage.Store.Queue.ListAsync(QueueFilter.All, default)).Single().State, Is.EqualTo("deferred"));
    }

    [Test]
    public async Task A_late_error_of_another_server_is_shown_and_the_senders_retry_is_taken_anew()
    {
        await stage.ReceiveAsync("erin@b.example");
        await stage.RecordedAsync();
        await stage.WorkAsync();

        await stage.LateErrors.RecordAsync(Error(stage.Link.Sent[0], StanzaErrorType.Cancel, "item-not-found"));

        var item = (await stage.Store.Queue.ListAsync(QueueFilter.All, default)).Single();
        Assert.That((item.State, item.LastError), Is.EqualTo(("failed", "550 5.1.1 Mailbox unavailable")));
        Assert.That(stage.Store.Database.Count("taken"), Is.Zero);
    }

    [Test]
    public async Task While_the_disk_fails_behind_a_verdict_only_its_record_is_tried_again()
    {
        await stage.ReceiveAsync("erin@b.example");
        await stage.RecordedAsync();
        await stage.Store.Database.BreakAsync("BEFORE UPDATE ON recipient WHEN NEW.state = 1");
        var working = stage.WorkAsync();
        await stage.Time.Timer(TimeSpan.FromSeconds(5));
        await stage.Store.Database.MendAsync();
        stage.Time.Advance(TimeSpan.FromSeconds(5));
        await working;

        Assert.That((stage.Link.Sent.Count, stage.Rows("state = 1")), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_late_error_that_overtakes_the_record_of_its_pong_is_looked_up_again()
    {
        stage.Link.OnMessage = _ => null;
        var receiving = stage.ReceiveAsync("alice@example.org");
        await stage.LateErrors.RecordAsync(Error(stage.Link.Sent[0], StanzaErrorType.Cancel, "item-not-found"));
        stage.Link.Answer(stage.Link.Sent[0].Id, new DeliveryVerdict.Taken());
        Assert.That((await receiving).Reply.Code, Is.EqualTo(250));
        await stage.RecordedAsync();

        stage.Time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 10_000 && stage.Rows("state = 2") == 0; i++)
            await stage.RecordedAsync();
        Assert.That((await stage.Store.Queue.ListAsync(QueueFilter.All, default)).Single().State, Is.EqualTo("failed"));
    }

    [Test]
    public async Task A_late_error_that_may_pass_is_tried_again_until_the_mail_is_too_old()
    {
        await stage.ReceiveAsync("erin@b.example");
        await stage.RecordedAsync();
        for (var hour = 0; hour < 49; hour++)
        {
            if (await stage.WorkAsync() > 0)
                await stage.LateErrors.RecordAsync(Error(stage.Link.Sent[^1], StanzaErrorType.Wait, "remote-server-timeout"));
            stage.Time.Advance(TimeSpan.FromHours(1));
        }

        Assert.That((await stage.Store.Queue.ListAsync(QueueFilter.All, default)).Single().State, Is.EqualTo("failed"));
        Assert.That(stage.Link.Sent.Select(stanza => stanza.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That(stage.Link.Sent, Has.Count.InRange(9, 13), "the schedule, not every minute");
    }

    [TestCase("m1@mail.test")]
    [TestCase("own@mail.test", Description = "the id that it had before a provider gave it another one")]
    public async Task A_reply_is_linked_to_the_message_that_it_answers(string answered)
    {
        await stage.ReceiveAsync(TestContent.Mail(subject: "Plan", messageId: "m1@mail.test", more: "X-Microsoft-Original-Message-ID: <own@mail.test>\n"), "alice@example.org");
        await stage.RecordedAsync();
        await stage.ReceiveAsync(
            TestContent.Mail(subject: "Re: Plan", messageId: "m2@mail.test", more: $"In-Reply-To: <{answered}>\nReferences: <{answered}>\n"), "alice@example.org");

        var (first, second) = (stage.Link.Sent[0], stage.Link.Sent[1]);
        Assert.That(second.Payload<SmtpTransport.Xmpp.Payloads.Reply>()!.Id, Is.EqualTo(first.Id));
        Assert.That(second.Payload<SmtpTransport.Xmpp.Payloads.MessageThread>()!.Id, Is.EqualTo(first.Payload<SmtpTransport.Xmpp.Payloads.MessageThread>()!.Id));
        Assert.That((second.Subject, second.Body), Is.EqualTo(("Re: Plan", "Hello")), "the subject has not changed");
    }

    [Test]
    public void Nothing_is_tried_while_the_link_is_down()
    {
        Assert.That(stage.Worker.IsReady, Is.True);
        stage.Link.DownSince = stage.Time.GetUtcNow();
        Assert.That(stage.Worker.IsReady, Is.False);
    }

    private static Stanza Error(Stanza message, StanzaErrorType type, string condition) => message.Error(new StanzaError(type, condition))!;
}
