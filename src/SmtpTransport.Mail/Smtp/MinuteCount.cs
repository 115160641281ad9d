namespace SmtpTransport.Mail.Smtp;

/// <summary>How often each of many things happened in the current minute.</summary>
public sealed class MinuteCount<TKey>(int limit, TimeProvider time) where TKey : notnull
{
    /// <summary>Beyond this many keys in one minute the count starts anew rather than fill memory.</summary>
    private const int MaxKeys = 100_000;

    private readonly Lock gate = new();
    private readonly Dictionary<TKey, int> counts = [];
    private long minute;

    /// <summary>Counts one more; false when that is more than is allowed.</summary>
    public bool Allows(TKey key)
    {
        if (limit == 0)
            return true;
        var now = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        lock (gate)
        {
            if (now != minute || counts.Count >= MaxKeys)
            {
                counts.Clear();
                minute = now;
            }

            var count = counts.GetValueOrDefault(key) + 1;
            counts[key] = count;
            return count <= limit;
        }
    }
}
