using Microsoft.Extensions.Logging.Abstractions;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Tests.Gateway.Storage;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Tests.Gateway.Spool;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class NoticeDeliveryTests : IDisposable
{
    private static readonly Jid Phone = Jid.Parse("alice@example.org/phone");
    private readonly SpoolStage stage = new();
    private readonly FakeLink link = new();
    private readonly Doorbells doorbells = new();
    private readonly CancellationTokenSource stop = new();
    private Func<Jid, CancellationToken, Task<bool>> online = (_, _) => Task.FromResult(false);

    public void Dispose()
    {
        stop.Dispose();
        stage.Dispose();
    }

    [Test]
    public async Task Notices_are_sent_in_order_and_forgotten()
    {
        link.OnMessage = notice => notice.Id == "n1" ? FakeLink.Refusal(StanzaErrorType.Cancel, "item-not-found") : new DeliveryVerdict.Taken();
        await TellAsync(3);
        var running = Run();

        // It waits again once nothing is left.
        await stage.Time.Timer(TimeSpan.FromSeconds(1));
        Assert.That(link.Sent.Select(notice => notice.Id), Is.EqualTo(new[] { "n0", "n1", "n2" }));
        Assert.That(stage.Notices.Waiting(10), Is.Empty, "a refused one too: nobody is left to tell");
        await StopAsync(running);
    }

    [Test]
    public async Task They_wait_while_the_link_is_down()
    {
        link.DownSince = stage.Time.GetUtcNow();
        await TellAsync(1);
        var running = Run();
        await stage.Time.Timer(TimeSpan.FromSeconds(1));
        Assert.That(link.Sent, Is.Empty);

        link.DownSince = null;
        doorbells.Notices.Ring();

        await link.Reached(1);
        await StopAsync(running);
    }

    [Test]
    public async Task What_was_not_confirmed_is_sent_after_the_next_start()
    {
        link.OnMessage = _ => null;
        await TellAsync(1);
        var running = Run();
        await link.Reached(1);
        await StopAsync(running);

        Assert.That(stage.Notices.Waiting(10), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task One_that_cannot_be_read_keeps_no_other_from_its_user()
    {
        await TellAsync(3);
        await stage.Database.Current.Writer.WriteAsync(session => session.Execute("UPDATE notice SET stanza = '<message' WHERE stanza LIKE '%n1%'"));
        var running = Run();
        await stage.Time.Timer(TimeSpan.FromSeconds(1));

        Assert.That(link.Sent.Select(notice => notice.Id), Is.EqualTo(new[] { "n0", "n2" }));
        Assert.That(stage.Notices.Waiting(10), Is.Empty);
        await StopAsync(running);
    }

    [TestCase("")]
    [TestCase("long")]
    public async Task One_that_cannot_be_sent_keeps_no_other_from_its_user(string id)
    {
        var unsendable = Stanza.Message(SpoolStage.Alice, SpoolStage.Alice, id.Replace("long", new string('x', 300_000), StringComparison.Ordinal), "chat");
        await stage.Spool.SettleAsync("none", [], [unsendable]);
        await TellAsync(2);
        var running = Run();
        await stage.Time.Timer(TimeSpan.FromSeconds(1));

        Assert.That(link.Sent.Select(notice => notice.Id), Is.EqualTo(new[] { "n0", "n1" }));
        Assert.That(stage.Notices.Waiting(10), Is.Empty);
        await StopAsync(running);
    }

    [Test]
    public async Task While_the_disk_fails_nobody_is_told_twice()
    {
        await TellAsync(2);
        await stage.Database.BreakAsync("BEFORE DELETE ON notice");
        var running = Run();
        await stage.Time.Timer(TimeSpan.FromSeconds(1));
        stage.Time.Advance(TimeSpan.FromSeconds(1));
        await stage.Time.Timer(TimeSpan.FromSeconds(1));
        Assert.That((link.Sent.Count, stage.Notices.Waiting(10).Count), Is.EqualTo((2, 2)));

        await stage.Database.MendAsync();
        stage.Time.Advance(TimeSpan.FromSeconds(1));
        await stage.Time.Timer(TimeSpan.FromSeconds(1));

        Assert.That((link.Sent.Count, stage.Notices.Waiting(10).Count), Is.EqualTo((2, 0)));
        await StopAsync(running);
    }

    [Test]
    public async Task What_was_confirmed_before_a_stop_is_not_sent_after_the_next_start()
    {
        link.OnMessage = notice => notice.Id == "n0" ? new DeliveryVerdict.Taken() : null;
        await TellAsync(2);
        var running = Run();
        await link.Reached(2);
        await StopAsync(running);

        Assert.That(stage.Notices.Waiting(10).Select(notice => notice.Stanza!.Id), Is.EqualTo(new[] { "n1" }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task What_a_client_has_been_told_otherwise_goes_to_the_user_only_when_it_has_left(bool isThere)
    {
        var asked = new TaskCompletionSource<bool>();
        online = (client, _) => client == Phone ? asked.Task : Task.FromResult(!isThere);
        await TellUnlessOnlineAsync();
        await TellAsync(1);
        var running = Run();
        await link.Reached(1);
        Assert.That(link.Sent.Single().Id, Is.EqualTo("n0"), "nobody waits for the answer");

        asked.SetResult(isThere);
        for (var i = 0; i < 10_000 && stage.Notices.Waiting(1).Count > 0; i++)
            await stage.Database.Current.Writer.WriteAsync(_ => { });

        Assert.That(stage.Notices.Waiting(10), Is.Empty);
        Assert.That(link.Sent.Skip(1).Select(notice => notice.Id), Is.EqualTo(isThere ? Array.Empty<string>() : ["u0"]));
        await StopAsync(running);
    }

    [Test]
    public async Task Who_is_being_asked_when_the_program_stops_is_asked_again()
    {
        var asked = new TaskCompletionSource();
        online = async (_, cancellation) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            return false;
        };
        await TellUnlessOnlineAsync();
        var running = Run();
        await asked.Task;
        await StopAsync(running);

        Assert.That((link.Sent.Count, stage.Notices.Waiting(10).Single().UnlessOnline), Is.EqualTo((0, (Jid?)Phone)));
    }

    [Test]
    public async Task Only_so_many_silent_clients_are_asked_at_a_time()
    {
        var (asked, answer) = (0, new TaskCompletionSource<bool>());
        online = (_, cancellation) =>
        {
            asked++;
            return answer.Task.WaitAsync(cancellation);
        };
        await TellUnlessOnlineAsync(NoticeDelivery.MaxAsking + 50);
        var running = Run();
        await stage.Time.Timer(TimeSpan.FromSeconds(1));
        Assert.That(asked, Is.EqualTo(NoticeDelivery.MaxAsking));

        answer.SetResult(false);
        await link.Reached(NoticeDelivery.MaxAsking + 50);

        Assert.That(asked, Is.EqualTo(NoticeDelivery.MaxAsking + 50), "the others in their turn");
        await StopAsync(running);
    }

    private Task<bool> TellUnlessOnlineAsync(int count = 1) => stage.Spool.SettleDraftAsync(
        "none", [], [.. Enumerable.Range(0, count).Select(i => new NewNotice(Stanza.Message(SpoolStage.Alice, SpoolStage.Alice, $"u{i}", "chat"), UnlessOnline: Phone))], []);

    private Task TellAsync(int count) =>
        stage.Spool.SettleAsync("none", [], [.. Enumerable.Range(0, count).Select(i => Stanza.Message(SpoolStage.Alice, SpoolStage.Alice, $"n{i}", "chat"))]);

    private Task Run() => new NoticeDelivery(stage.Notices, link, (_, client, cancellation) => online(client, cancellation), doorbells, stage.Time, NullLogger<NoticeDelivery>.Instance).RunAsync(stop.Token);

    private async Task StopAsync(Task running)
    {
        await stop.CancelAsync();
        await running;
    }
}
