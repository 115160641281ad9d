namespace SmtpTransport.Gateway.Spool;

/// <summary>When to try again, and when to stop (design §6, <c>Delivery:RetryAfter</c> and <c>Delivery:GiveUpAfter</c>).</summary>
public sealed class RetrySchedule(RetryOptions options, TimeProvider time)
{
    /// <summary>Ten per cent each way, so that what failed together does not come back together.</summary>
    private const double Jitter = 0.1;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <param name="attempts">Made so far, at least one.</param>
    /// <param name="since">When responsibility for the mail began.</param>
    /// <returns>Null when it is time to give up.</returns>
    public DateTimeOffset? Next(int attempts, DateTimeOffset since) => Next(attempts, since, options.GiveUpAfter);

    /// <inheritdoc cref="Next(int, DateTimeOffset)"/>
    public DateTimeOffset? Next(int attempts, DateTimeOffset since, TimeSpan giveUpAfter)
    {
        var now = time.GetUtcNow();
        var end = since + giveUpAfter;
        if (now >= end)
            return null;
        var pause = options.RetryAfter[Math.Min(attempts, options.RetryAfter.Count) - 1];
        var next = now + pause * (1 + Jitter * (2 * Random.Shared.NextDouble() - 1));
        return next < end ? next : end;
    }
}
