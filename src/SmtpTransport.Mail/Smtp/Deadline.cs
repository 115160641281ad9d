namespace SmtpTransport.Mail.Smtp;

/// <summary>A moment on the monotonic clock.</summary>
internal readonly record struct Deadline(long Timestamp) : IComparable<Deadline>
{
    public static readonly Deadline Never = new(long.MaxValue);

    public static Deadline After(TimeSpan span, TimeProvider time) =>
        new(time.GetTimestamp() + (long)(span.TotalSeconds * time.TimestampFrequency));

    public bool HasPassed(TimeProvider time) => time.GetTimestamp() >= Timestamp;

    /// <summary>Rounded up, since timers round down.</summary>
    public TimeSpan Remaining(TimeProvider time) =>
        TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(time.GetElapsedTime(time.GetTimestamp(), Timestamp).TotalMilliseconds)));

    public int CompareTo(Deadline other) => Timestamp.CompareTo(other.Timestamp);

    public static Deadline Earlier(Deadline one, Deadline other) => one.CompareTo(other) <= 0 ? one : other;
}
