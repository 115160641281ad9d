using SmtpTransport.Gateway.Spool;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Storage;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SqlQueueTests : IDisposable
{
    private readonly SpoolStage stage = new();

    public void Dispose() => stage.Dispose();

    [Test]
    public async Task An_empty_queue_is_an_empty_list()
    {
        Assert.That(await stage.Queue.ListAsync(QueueFilter.All, default), Is.Empty);
        Assert.That(await stage.Queue.ShowAsync("mail1", default), Is.Null);
        Assert.That((await stage.Queue.RetryAsync("mail1", default), await stage.Queue.DropAsync("mail1", default)), Is.EqualTo((QueueChange.Unknown, QueueChange.Unknown)));
    }

    [Test]
    public async Task One_object_for_each_mail_due_first_first()
    {
        var held = await stage.DraftAsync(hold: TimeSpan.FromSeconds(10));
        var mail = await stage.AcceptAsync("alice@example.org", "carol@example.org");
        await stage.Spool.SettleAsync(mail.Id, [new Settlement.Released(mail.Targets[1].RecipientId, stage.Time.GetUtcNow())], []);

        var items = await stage.Queue.ListAsync(QueueFilter.All, default);

        Assert.That(items.Select(item => (item.Id, item.Direction, item.From, item.State, item.Attempts)), Is.EqualTo(new[]
        {
            ("mail1", MailDirection.MailToChat, "bob@mail.test", "waiting", 0),
            (held, MailDirection.ChatToMail, "alice@example.org", "held", 0),
        }));
        Assert.That(items[0].To, Is.EquivalentTo(new[] { "alice@example.org", "carol@example.org" }));
        Assert.That(items[1].Due, Is.EqualTo(stage.Time.GetUtcNow() + TimeSpan.FromSeconds(10)));
    }

    [Test]
    public async Task The_state_says_what_is_going_on()
    {
        var id = await stage.DraftAsync(hold: TimeSpan.FromSeconds(1));
        Assert.That(await StateAsync(), Is.EqualTo("held"));
        stage.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await StateAsync(), Is.EqualTo("waiting"));
        var claimed = (await stage.ClaimDraftsAsync()).Single();
        Assert.That(await StateAsync(), Is.EqualTo("sending"));
        await DeferAsync(claimed);
        var item = (await stage.Queue.ListAsync(QueueFilter.All, default)).Single();
        Assert.That((item.Id, item.State, item.Attempts, item.LastError), Is.EqualTo((id, "deferred", 1, "451 4.3.2 later")));
    }

    [Test]
    public async Task What_was_taken_is_nobodys_business_any_more()
    {
        var mail = await stage.AcceptAsync("alice@example.org");
        await stage.Spool.SettleAsync(mail.Id, [stage.Taken(mail)], []);

        Assert.That(await stage.Queue.ListAsync(QueueFilter.All, default), Is.Empty);
        Assert.That((await stage.Queue.ShowAsync(mail.Id, default))!.Mail, Is.Null);
        Assert.That(await stage.Queue.DropAsync(mail.Id, default), Is.EqualTo(QueueChange.Over));
    }

    [Test]
    public async Task A_mail_is_shown_with_size_and_recipients()
    {
        var mail = await stage.AcceptAsync("alice@example.org");

        var shown = (await stage.Queue.ShowAsync(mail.Id, default))!.Mail!;

        Assert.That((shown.From, shown.Taken, shown.Size), Is.EqualTo(("bob@mail.test", stage.Time.GetUtcNow(), TestContent.Mail().Length)));
        Assert.That(shown.Recipients.Single().State, Is.EqualTo("sending"));
    }

    [Test]
    public async Task Retry_makes_what_waits_due_now()
    {
        var id = await stage.DraftAsync();
        await DeferAsync((await stage.ClaimDraftsAsync()).Single());
        Assert.That(await stage.ClaimDraftsAsync(), Is.Empty);

        Assert.That(await stage.Queue.RetryAsync(id, default), Is.EqualTo(QueueChange.Done));

        Assert.That(await stage.ClaimDraftsAsync(), Has.Count.EqualTo(1));
        Assert.That(await stage.Queue.RetryAsync(id, default), Is.EqualTo(QueueChange.BeingSent));
    }

    [Test]
    public async Task Drop_tells_the_user_on_the_message_and_in_words()
    {
        var id = await stage.DraftAsync(hold: TimeSpan.FromSeconds(10), stanzaId: "c1");

        Assert.That(await stage.Queue.DropAsync(id, default), Is.EqualTo(QueueChange.Done));

        var notices = stage.Notices.Waiting(10).Select(notice => notice.Stanza!).ToList();
        Assert.That(notices.Select(notice => (notice.Type, notice.To.ToString())), Is.EqualTo(new[] { ("error", "alice@example.org/phone"), ("chat", "alice@example.org") }));
        Assert.That((notices[0].Id, notices[0].Payload<StanzaError>()!.Condition), Is.EqualTo(("c1", "policy-violation")));
        Assert.That(notices[1].Body, Does.Contain("bob@mail.test").And.Contain("administrator"));
        foreach (var table in new[] { "mail", "recipient", "draft_line" })
            Assert.That(stage.Database.Count(table), Is.Zero, table);
    }

    [Test]
    public async Task Drop_of_several_messages_is_said_on_each_and_once_in_words()
    {
        var id = await stage.DraftAsync(hold: TimeSpan.FromSeconds(10), stanzaId: "c1");
        await stage.DraftAsync(hold: TimeSpan.FromSeconds(10), stanzaId: "c2");

        await stage.Queue.DropAsync(id, default);

        var notices = stage.Notices.Waiting(10);
        Assert.That(notices.Select(notice => (notice.Stanza!.Type, notice.Stanza.Id)), Is.EqualTo(new[] { ("error", "c1"), ("error", "c2"), ("chat", "failed-c2") }));
        Assert.That(notices[^1].UnlessOnline, Is.EqualTo(Jid.Parse("alice@example.org/phone")));
    }

    [Test]
    public async Task Drop_of_a_mail_tells_nobody_while_no_sender_is_verified()
    {
        var mail = await stage.AcceptAsync("alice@example.org");
        await stage.ReleaseAsync(mail);

        Assert.That(await stage.Queue.DropAsync(mail.Id, default), Is.EqualTo(QueueChange.Done));

        Assert.That((stage.Database.Count("mail"), stage.Database.Count("body"), stage.Database.Count("notice")), Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public async Task What_is_being_sent_cannot_be_dropped()
    {
        var id = await stage.DraftAsync();
        await stage.ClaimDraftsAsync();

        Assert.That(await stage.Queue.DropAsync(id, default), Is.EqualTo(QueueChange.BeingSent));
        Assert.That((stage.Database.Count("recipient"), stage.Database.Count("notice")), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task The_levels_count_by_direction_and_state_and_know_the_oldest()
    {
        await stage.DraftAsync(hold: TimeSpan.FromHours(1));
        stage.Time.Advance(TimeSpan.FromSeconds(30));
        await stage.DraftAsync(hold: TimeSpan.FromHours(1), to: "carol@mail.test");
        await stage.AcceptAsync("alice@example.org");

        var levels = stage.Queue.Levels();

        Assert.That(levels.Items.Select(level => (level.Direction, level.State, level.Count)), Is.EquivalentTo(new[]
        {
            (MailDirection.ChatToMail, "held", 2L), (MailDirection.MailToChat, "sending", 1L),
        }));
        Assert.That(levels.Oldest[MailDirection.ChatToMail], Is.EqualTo(TimeSpan.FromSeconds(30)));
        Assert.That(levels.Oldest[MailDirection.MailToChat], Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public async Task The_levels_are_counted_anew_every_few_seconds()
    {
        var queue = stage.Queue;
        var first = queue.Levels();
        await stage.DraftAsync();

        Assert.That(queue.Levels(), Is.SameAs(first));
        stage.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.That(queue.Levels().Items, Has.Count.EqualTo(1));
    }

    private async Task<string> StateAsync() => (await stage.Queue.ListAsync(QueueFilter.All, default)).Single().State;

    private Task DeferAsync(ClaimedMail mail)
    {
        var now = stage.Time.GetUtcNow();
        return stage.Spool.SettleAsync(mail.Id, [new Settlement.Deferred(mail.Recipients[0].Id, now + TimeSpan.FromMinutes(1), now, "451 4.3.2 later")], []);
    }
}
