using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Tests.Gateway.Storage;

namespace SmtpTransport.Tests.Gateway.Spool;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DeliveryWorkerTests : IDisposable
{
    private readonly SpoolStage stage = new();
    private readonly ScriptedDelivery delivery;
    private readonly Doorbell doorbell = new();
    private readonly CancellationTokenSource stop = new();

    public DeliveryWorkerTests() => delivery = new ScriptedDelivery(stage);

    public void Dispose()
    {
        stop.Dispose();
        stage.Dispose();
    }

    [Test]
    public async Task The_doorbell_wakes_it_at_once()
    {
        var running = Run();
        await stage.Time.Timer(TimeSpan.FromSeconds(1));

        await stage.DraftAsync();
        doorbell.Ring();

        Assert.That((await delivery.NextAsync()).Direction, Is.EqualTo(MailDirection.ChatToMail));
        await StopAsync(running);
    }

    [Test]
    public async Task It_wakes_by_itself_when_something_is_due()
    {
        await stage.DraftAsync(hold: TimeSpan.FromMilliseconds(400));
        var running = Run();
        await stage.Time.Timer(TimeSpan.FromMilliseconds(400));

        stage.Time.Advance(TimeSpan.FromMilliseconds(400));

        await delivery.NextAsync();
        await StopAsync(running);
    }

    [Test]
    public async Task It_looks_every_second_since_operators_ring_no_bell()
    {
        var id = await stage.DraftAsync(hold: TimeSpan.FromHours(1));
        var running = Run();
        await stage.Time.Timer(TimeSpan.FromSeconds(1));
        await stage.Queue.RetryAsync(id, default);

        stage.Time.Advance(TimeSpan.FromSeconds(1));

        await delivery.NextAsync();
        await StopAsync(running);
    }

    [Test]
    public async Task There_are_never_more_attempts_than_it_may_make()
    {
        delivery.Concurrency = 2;
        var open = new TaskCompletionSource();
        delivery.OnMail = (_, _) => open.Task;
        for (var i = 0; i < 5; i++)
            await stage.DraftAsync();
        var running = Run();

        await delivery.NextAsync();
        await delivery.NextAsync();
        await stage.Time.Timer(TimeSpan.FromSeconds(1));
        Assert.That(stage.Database.Count("recipient", "leased = 1"), Is.EqualTo(2));
        open.SetResult();
        for (var i = 0; i < 3; i++)
            await delivery.NextAsync();
        Assert.That(delivery.Most, Is.EqualTo(2));
        await StopAsync(running);
    }

    [Test]
    public async Task A_destination_without_room_keeps_nobody_else_from_the_places()
    {
        delivery.OnRoom = destination => destination == "slow.test" ? 2 : int.MaxValue;
        var open = new TaskCompletionSource();
        delivery.OnMail = (mail, _) => mail.Destination == "slow.test" ? open.Task : Task.CompletedTask;
        for (var i = 0; i < 50; i++)
            await stage.DraftAsync(to: $"bob{i}@slow.test");
        stage.Time.Advance(TimeSpan.FromMilliseconds(1));
        for (var i = 0; i < 50; i++)
            await stage.DraftAsync(to: $"bob{i}@quick.test");
        var running = Run();

        var quick = 0;
        while (quick < 50)
            quick += (await delivery.NextAsync()).Destination == "quick.test" ? 1 : 0;
        Assert.That(stage.Database.Count("recipient", "leased = 1 AND destination = 'slow.test'"), Is.InRange(2, 6));
        await stage.Time.Timer(TimeSpan.FromSeconds(1));

        open.SetResult();
        for (var i = 6; i < 50; i++)
            await delivery.NextAsync();
        await StopAsync(running);
    }

    [Test]
    public async Task Nothing_is_claimed_while_trying_would_be_in_vain()
    {
        delivery.IsReady = false;
        await stage.DraftAsync();
        var running = Run();
        await stage.Time.Timer(TimeSpan.FromSeconds(1));
        Assert.That(stage.Database.Count("recipient", "leased = 1"), Is.Zero);

        delivery.IsReady = true;
        doorbell.Ring();

        await delivery.NextAsync();
        await StopAsync(running);
    }

    [Test]
    public async Task An_attempt_that_breaks_gives_its_mail_back_for_a_minute_later()
    {
        delivery.OnMail = (_, _) => throw new InvalidOperationException("bug");
        await stage.DraftAsync();
        var running = Run();
        await delivery.NextAsync();
        await stop.CancelAsync();
        await running;

        Assert.That(stage.Spool.NextDue(MailDirection.ChatToMail, []), Is.EqualTo(stage.Time.GetUtcNow() + TimeSpan.FromMinutes(1)));
        Assert.That(stage.Database.Count("recipient", "leased = 0 AND attempts = 0"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_mail_that_cannot_be_given_back_is_given_back_when_the_storage_is_well_again()
    {
        delivery.OnMail = async (_, _) =>
        {
            await ScriptAsync("CREATE TRIGGER broken BEFORE UPDATE ON recipient BEGIN SELECT RAISE(ABORT, 'broken'); END");
            throw new IOException("The disk is broken");
        };
        await stage.DraftAsync();
        var running = Run();
        await delivery.NextAsync();
        await stage.Time.Timer(TimeSpan.FromSeconds(5));
        Assert.That(stage.Database.Count("recipient", "leased = 1"), Is.EqualTo(1));

        await ScriptAsync("DROP TRIGGER broken");
        delivery.OnMail = (_, _) => Task.CompletedTask;
        stage.Time.Advance(TimeSpan.FromSeconds(5));
        await stage.Time.Timer(TimeSpan.FromSeconds(1));
        stage.Time.Advance(TimeSpan.FromMinutes(1));

        await delivery.NextAsync();
        await StopAsync(running);
    }

    [Test]
    public async Task A_stop_lets_attempts_finish()
    {
        var open = new TaskCompletionSource();
        delivery.OnMail = (_, _) => open.Task;
        await stage.DraftAsync();
        var running = Run();
        await delivery.NextAsync();

        await stop.CancelAsync();
        Assert.That(running.IsCompleted, Is.False);
        open.SetResult();

        await running;
        Assert.That(stage.Database.Count("recipient"), Is.Zero, "settled");
    }

    [Test]
    public async Task A_stop_ends_attempts_that_take_too_long_and_their_mail_is_due_at_once()
    {
        delivery.OnMail = (_, cancellation) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        await stage.DraftAsync();
        var running = Run();
        await delivery.NextAsync();

        await stop.CancelAsync();
        stage.Time.Advance(TimeSpan.FromSeconds(20));

        await running;
        Assert.That(await stage.ClaimDraftsAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task No_attempt_outlives_its_lease()
    {
        var ended = new TaskCompletionSource();
        delivery.OnMail = async (_, cancellation) =>
        {
            await using var registration = cancellation.Register(ended.SetResult);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        };
        await stage.DraftAsync();
        var running = Run();
        await delivery.NextAsync();

        stage.Time.Advance(DeliveryWorker.LongestAttempt);

        await ended.Task;
        await stop.CancelAsync();
        await running;
        Assert.That(stage.Spool.NextDue(MailDirection.ChatToMail, []), Is.EqualTo(stage.Time.GetUtcNow() + TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task A_clock_that_is_set_forward_ends_leases_but_starts_no_second_attempt([Values] bool breaks)
    {
        var open = new TaskCompletionSource();
        delivery.OnMail = (_, _) => open.Task;
        await stage.DraftAsync();
        var running = Run();
        await delivery.NextAsync();
        await stage.Time.Timer(TimeSpan.FromSeconds(1));

        stage.Time.Jump(TimeSpan.FromDays(3));
        stage.Time.Advance(TimeSpan.FromSeconds(1));
        await stage.Time.Timer(TimeSpan.FromSeconds(1));
        Assert.That((delivery.Most, stage.Database.Count("recipient", "leased = 1 AND attempts = 2")), Is.EqualTo((1, 1)), "claimed again, and left alone");

        delivery.OnMail = (_, _) => Task.CompletedTask;
        if (breaks)
        {
            open.SetException(new IOException("lost"));
            await stage.Time.Timer(TimeSpan.FromSeconds(1));
            stage.Time.Advance(TimeSpan.FromMinutes(1));
            await delivery.NextAsync();
        }
        else
        {
            open.SetResult();
        }

        await StopAsync(running);
        Assert.That((delivery.Most, stage.Database.Count("recipient")), Is.EqualTo((1, 0)));
    }

    private Task Run() => new DeliveryWorker(stage.Spool, delivery, doorbell, stage.Time, NullLogger<DeliveryWorker>.Instance).RunAsync(stop.Token);

    private Task ScriptAsync(string script) => stage.Database.Current.Writer.WriteAsync(session => session.ExecuteScript(script));

    private async Task StopAsync(Task running)
    {
        await stop.CancelAsync();
        stage.Time.Advance(TimeSpan.FromSeconds(20));
        await running;
    }

    /// <summary>Says when an attempt begins, does what a test says, and settles.</summary>
    private sealed class ScriptedDelivery(SpoolStage stage) : ISpoolDelivery
    {
        private readonly Channel<ClaimedMail> begun = Channel.CreateUnbounded<ClaimedMail>();
        private int now;

        public MailDirection Direction => MailDirection.ChatToMail;

        public int Concurrency { get; set; } = 10;

        public bool IsReady { get; set; } = true;

        public bool IsFair => true;

        public Func<string, int> OnRoom { get; set; } = _ => int.MaxValue;

        public int Most { get; private set; }

        public Func<ClaimedMail, CancellationToken, Task> OnMail { get; set; } = (_, _) => Task.CompletedTask;

        public int Room(string destination) => OnRoom(destination);

        public ValueTask<ClaimedMail> NextAsync() => begun.Reader.ReadAsync();

        public async Task DeliverAsync(ClaimedMail mail, CancellationToken cancellation)
        {
            Most = Math.Max(Most, Interlocked.Increment(ref now));
            begun.Writer.TryWrite(mail);
            try
            {
                await OnMail(mail, cancellation);
                await stage.Spool.SettleAsync(mail.Id, [.. mail.Recipients.Select(recipient => new Settlement.Delivered(recipient.Id))], []);
            }
            finally
            {
                Interlocked.Decrement(ref now);
            }
        }
    }
}
