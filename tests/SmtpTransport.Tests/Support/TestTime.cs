using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace SmtpTransport.Tests.Support;

/// <summary>A clock that stands still, and tells when somebody begins to wait on it.</summary>
internal sealed class TestTime() : FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero))
{
    private readonly Channel<TimeSpan> timers = Channel.CreateUnbounded<TimeSpan>();
    private TimeSpan jumped;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + jumped;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    /// <summary>Somebody sets the clock. Timers and timestamps know nothing of it, as in the real one.</summary>
    public void Jump(TimeSpan by) => jumped += by;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        timers.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Completes when a timer of this length has been started that was not waited for before.</summary>
    public async Task Timer(TimeSpan length)
    {
        while (await timers.Reader.ReadAsync() != length)
        {
        }
    }

    /// <summary>Lets time pass in steps, each when somebody waits for one.</summary>
    public async Task PassAsync(TimeSpan time, TimeSpan step)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += step)
        {
            await Timer(step);
            Advance(step);
        }
    }
}
