namespace SmtpTransport.EndToEnd.Support;

/// <summary>Waits for something that another process does: the one place that looks at a clock.</summary>
internal static class Patience
{
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    public static async Task UntilAsync(string what, Func<Task<bool>> condition, TimeSpan? timeout = null)
    {
        var end = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Interval);
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(end) > (timeout ?? Usual))
                throw new TimeoutException($"Waited in vain until {what}.");
            await timer.WaitForNextTickAsync();
        }
    }

    public static Task UntilAsync(string what, Func<bool> condition, TimeSpan? timeout = null) =>
        UntilAsync(what, () => Task.FromResult(condition()), timeout);

    /// <summary>For what must not come: looks at it for a while.</summary>
    public static async Task NeverAsync(string what, Func<bool> condition, TimeSpan window)
    {
        var start = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Interval);
        while (TimeProvider.System.GetElapsedTime(start) < window)
        {
            if (condition())
                throw new InvalidOperationException($"It happened that {what}.");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Lets load run for a while.</summary>
    public static async Task PassAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }
}
