namespace SmtpTransport.Gateway.Spool;

/// <summary>When a waiting item is tried, and when we stop (configuration section <c>Delivery</c>).</summary>
public sealed record RetryOptions
{
    /// <summary>The pause after the first, second, ... failure; then the last one again and again.</summary>
    public IReadOnlyList<TimeSpan> RetryAfter { get; init; } =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(8), TimeSpan.FromHours(16),
    ];

    /// <summary>Then the sender is told, whatever <see cref="RetryAfter"/> says. Two days: long enough for a weekend's outage.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromDays(2);

    /// <summary>How long a chat message waits before it leaves as mail, for undo and joining; zero sends at once.</summary>
    public TimeSpan HoldFor { get; init; } = TimeSpan.FromSeconds(10);
}
