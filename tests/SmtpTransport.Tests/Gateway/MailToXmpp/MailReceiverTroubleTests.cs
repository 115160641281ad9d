using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

/// <summary>No verdict in time, no link, no room on the disk: what the session says then, and what becomes of the mail.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MailReceiverTroubleTests : IDisposable
{
    private static readonly DeliveryVerdict Unknown = FakeLink.Refusal(StanzaErrorType.Cancel, "service-unavailable");
    private readonly ReceiverStage stage = new();

    public void Dispose() => stage.Dispose();

    [Test]
    public async Task Without_a_verdict_in_time_the_answer_is_250_and_a_later_refusal_is_recorded()
    {
        Assert.That((await ReceiveWithoutVerdictAsync()).Code, Is.EqualTo(250));
        stage.Link.Answer(stage.Link.Sent[0].Id, Unknown);
        await UntilAsync("state = 2 AND last_error LIKE '550 5.1.1%'");
        Assert.That(stage.Store.Database.Count("body"), Is.Zero);
        Assert.That((await stage.Store.Queue.ListAsync(QueueFilter.All, default)).Single().State, Is.EqualTo("failed"));
    }

    [Test]
    public async Task Without_a_verdict_in_time_a_later_yes_is_recorded_too()
    {
        await ReceiveWithoutVerdictAsync();

        stage.Link.Answer(stage.Link.Sent[0].Id, new DeliveryVerdict.Taken());

        await UntilAsync("state = 1");
    }

    [Test]
    public async Task A_mail_that_is_refused_at_once_never_touches_the_disk()
    {
        stage.Link.OnMessage = _ => Unknown;
        await stage.Store.Database.Current.Writer.WriteAsync(session =>
            session.ExecuteScript("CREATE TRIGGER broken BEFORE INSERT ON mail BEGIN SELECT raise(ABORT, 'broken'); END"));

        Assert.That((await stage.ReceiveAsync("nobody@example.org")).Reply.Code, Is.EqualTo(550));
    }

    [Test]
    public async Task A_mail_that_is_taken_at_once_is_stored_and_settled_in_one_commit()
    {
        await stage.Store.Database.Current.Writer.WriteAsync(session =>
            session.ExecuteScript("CREATE TRIGGER broken BEFORE UPDATE ON recipient BEGIN SELECT raise(ABORT, 'broken'); END"));

        Assert.That((await stage.ReceiveAsync("alice@example.org")).Reply.Code, Is.EqualTo(451));
        Assert.That(stage.Store.Database.Count("mail"), Is.Zero, "all or nothing");
    }

    [Test]
    public async Task What_was_taken_by_a_server_that_broke_before_it_was_recorded_is_sent_again()
    {
        // It is read a second time to be stored: just then the link breaks, and is back before the commit.
        var content = new WatchedContent(TestContent.Mail(), reads: 2, () =>
        {
            stage.Link.DownSince = stage.Time.GetUtcNow();
            stage.Link.DownSince = null;
        });

        Assert.That((await stage.ReceiveAsync(content, "alice@example.org")).Reply.Code, Is.EqualTo(250));

        Assert.That(stage.Rows("state = 0 AND leased = 0"), Is.EqualTo(1));
        Assert.That(await stage.WorkAsync(), Is.EqualTo(1));
        Assert.That(stage.Link.Sent.Select(stanza => stanza.Id).Distinct().Count(), Is.EqualTo(1), "with the same id");
    }

    [Test]
    public async Task A_verdict_that_never_comes_leaves_the_mail_to_the_worker_before_the_lease_ends()
    {
        await ReceiveWithoutVerdictAsync();

        stage.Time.Advance(DeliveryWorker.LongestAttempt);

        await UntilAsync("state = 0 AND leased = 0");
        Assert.That(stage.Link.Withdrawn, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_broken_link_is_waited_for_and_then_the_mail_is_withdrawn()
    {
        stage.Link.OnMessage = _ => null;
        stage.Link.DownSince = stage.Time.GetUtcNow();
        var receiving = stage.ReceiveAsync("alice@example.org", "erin@several.example");
        await stage.Time.PassAsync(TimeSpan.FromSeconds(15), ReceiverStage.Glance);

        var reply = (await receiving).Reply;
        Assert.That((reply.Code, reply.Enhanced), Is.EqualTo((451, "4.4.3")));
        Assert.That(stage.Link.Withdrawn, Is.EqualTo(new[] { stage.Link.Sent.Single().Id }));
        foreach (var table in new[] { "mail", "recipient", "body", "taken" })
            Assert.That(stage.Store.Database.Count(table), Is.Zero, table);
    }

    [Test]
    public async Task A_link_that_is_back_within_the_grace_goes_on()
    {
        stage.Link.OnMessage = _ => null;
        stage.Link.DownSince = stage.Time.GetUtcNow();
        var receiving = stage.ReceiveAsync("alice@example.org");
        await stage.Time.PassAsync(TimeSpan.FromSeconds(14), ReceiverStage.Glance);
        stage.Link.DownSince = null;
        stage.Link.Answer(stage.Link.Sent[0].Id, new DeliveryVerdict.Taken());

        Assert.That((await receiving).Reply.Code, Is.EqualTo(250));
    }

    [Test]
    public async Task With_prdr_what_is_unfinished_when_the_link_is_lost_is_withdrawn_alone()
    {
        stage.Link.OnMessage = message => message.To.Local == "alice" ? new DeliveryVerdict.Taken() : null;
        stage.Link.DownSince = stage.Time.GetUtcNow();
        var receiving = stage.ReceivePrdrAsync("alice@example.org", "carol@example.org");
        await stage.Time.PassAsync(TimeSpan.FromSeconds(15), ReceiverStage.Glance);

        Assert.That((await receiving).PerRecipient.Select(reply => reply.Code), Is.EqualTo(new[] { 250, 451 }));
        Assert.That(stage.Link.Withdrawn, Has.Count.EqualTo(1));
        Assert.That(stage.Rows("jid = 'carol@example.org'"), Is.Zero);
        Assert.That(stage.Rows("jid = 'alice@example.org' AND state = 0 AND leased = 0"), Is.EqualTo(1), "taken by a server that then went away: sent again");
    }

    [Test]
    public async Task Once_the_grace_is_over_recipients_are_refused_at_once()
    {
        stage.Link.DownSince = stage.Time.GetUtcNow();
        Assert.That((await stage.RcptAsync("alice@example.org")).Code, Is.EqualTo(250));
        stage.Time.Advance(TimeSpan.FromSeconds(15));

        var reply = await stage.RcptAsync("alice@example.org");

        Assert.That((reply.Code, reply.Enhanced), Is.EqualTo((451, "4.4.3")));
    }

    [Test]
    public async Task A_full_disk_is_452_and_nothing_is_delivered_later_or_again()
    {
        var content = TestContent.Mail(body: new string('x', 300_000));
        await stage.Store.Database.FillAsync();

        var reply = (await stage.ReceiveAsync(content, "alice@example.org")).Reply;
        Assert.That((reply.Code, reply.Enhanced), Is.EqualTo((452, "4.3.1")));
        var shown = stage.Link.Sent.Count;
        await stage.ReceiveAsync(content, "alice@example.org");
        Assert.That(stage.Link.Sent, Has.Count.EqualTo(shown), "while the disk fails, the commit goes first");

        await stage.Store.Database.MakeRoomAsync();
        Assert.That(await stage.WorkAsync(), Is.Zero);
        Assert.That((await stage.ReceiveAsync(content, "alice@example.org")).Reply.Code, Is.EqualTo(250));
    }

    [Test]
    public async Task A_refusal_that_cannot_be_recorded_is_answered_and_recorded_when_the_disk_works_again()
    {
        stage.Link.OnMessage = _ => null;
        await stage.Store.Database.Current.Writer.WriteAsync(session =>
            session.ExecuteScript("CREATE TRIGGER broken BEFORE DELETE ON recipient BEGIN SELECT raise(ABORT, 'broken'); END"));
        var receiving = stage.ReceiveAsync("nobody@example.org");
        await stage.Time.PassAsync(ReceiverStage.Brief, ReceiverStage.Brief);
        await stage.Time.Timer(ReceiverStage.Glance);
        stage.Link.Answer(stage.Link.Sent.Single().Id, Unknown);

        Assert.That((await receiving).Reply.Code, Is.EqualTo(550));
        Assert.That(stage.Rows("leased = 1"), Is.EqualTo(1), "nobody delivers it meanwhile");
        await stage.Store.Database.Current.Writer.WriteAsync(session => session.ExecuteScript("DROP TRIGGER broken"));
        await stage.Time.Timer(TimeSpan.FromSeconds(5));
        stage.Time.Advance(TimeSpan.FromSeconds(5));

        for (var i = 0; i < 10_000 && stage.Rows("1 = 1") > 0; i++)
            await stage.RecordedAsync();
        Assert.That((stage.Rows("1 = 1"), stage.Store.Database.Count("mail")), Is.EqualTo((0, 0)));
    }

    private async Task<SmtpReply> ReceiveWithoutVerdictAsync()
    {
        stage.Link.OnMessage = _ => null;
        var receiving = stage.ReceiveAsync("alice@example.org");
        await stage.Time.PassAsync(ReceiverStage.Brief, ReceiverStage.Brief);
        await stage.Time.PassAsync(TimeSpan.FromSeconds(5), ReceiverStage.Glance);
        return (await receiving).Reply;
    }

    /// <summary>What is recorded in the background is on the disk soon; the writer is asked in order until it is.</summary>
    private async Task UntilAsync(string condition)
    {
        for (var i = 0; i < 10_000 && stage.Rows(condition) == 0; i++)
            await stage.RecordedAsync();
        Assert.That(stage.Rows(condition), Is.EqualTo(1), condition);
    }

    private sealed class WatchedContent(MessageContent inner, int reads, Action onRead) : MessageContent
    {
        private int left = reads;

        public override long Length => inner.Length;

        public override ReadOnlyMemory<byte> BodyHash => inner.BodyHash;

        public override Stream OpenRead()
        {
            if (--left == 0)
                onRead();
            return inner.OpenRead();
        }

        public override ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
