using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace SmtpTransport.Tests.Support;

/// <summary>Fake time that tells which timers were made, so that a test advances when there is something to wait for.</summary>
internal sealed class ObservedTime : FakeTimeProvider
{
    private readonly Channel<(TimeSpan Due, TimeSpan Period)> timers = Channel.CreateUnbounded<(TimeSpan, TimeSpan)>();

    /// <summary>Completes when a timer is made for which the condition holds; others made before it are forgotten.</summary>
    public async Task<TimeSpan> NextTimerAsync(Func<TimeSpan, TimeSpan, bool> condition)
    {
        while (true)
        {
            var (due, period) = await timers.Reader.ReadAsync().AsTask().WaitAsync(FakeConnection.Patience);
            if (condition(due, period))
                return due;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        timers.Writer.TryWrite((dueTime, period));
        return timer;
    }
}
