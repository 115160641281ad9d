namespace SmtpTransport.EndToEnd.Support;

/// <summary>Waits for something that another process does: the one place that looks at a clock.</summary>
internal static class Patience
{
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan FirstInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Some conditions start a process to find out: what takes long is asked less often.</summary>
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMilliseconds(300);

    /// <param name="findings">What to tell when it was in vain.</param>
    public static async Task UntilAsync(string what, Func<Task<bool>> condition, TimeSpan? timeout = null, Func<string>? findings = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(FirstInterval);
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > (timeout ?? Usual))
                throw new TimeoutException($"Waited in vain until {what}. {findings?.Invoke()}");
            await timer.WaitForNextTickAsync();
            timer.Period = timer.Period * 1.25 < LongestInterval ? timer.Period * 1.25 : LongestInterval;
        }
    }

    public static Task UntilAsync(string what, Func<bool> condition, TimeSpan? timeout = null, Func<string>? findings = null) =>
        UntilAsync(what, () => Task.FromResult(condition()), timeout, findings);

    /// <summary>For what need not happen.</summary>
    public static async Task<bool> TryAsync(Func<bool> condition, TimeSpan timeout)
    {
        try
        {
            await UntilAsync("", condition, timeout);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Lets load run for a while.</summary>
    public static async Task PassAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }
}
