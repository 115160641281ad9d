using DnsClient;
using DnsClient.Protocol;

namespace SmtpTransport.Mail.Dns;

/// <summary>Answers, for as long as their owners allow, and never more than strangers can make us keep.</summary>
internal sealed class DnsCache(TimeProvider time)
{
    /// <summary>Two generations are kept: what nobody asked for while one filled up goes with the next.</summary>
    internal const int Generation = 5_000;

    // A larger answer is asked for again.
    private const int MaxOctets = 4096;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    // RFC 2308 §5 lets a zone say how long a "no" is good.
    private static readonly TimeSpan LongestDenial = TimeSpan.FromMinutes(5);

    // RFC 2308 §7: also a failure, so that a dead server is not asked by every mail. A "no" without SOA the same.
    private static readonly TimeSpan Brief = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private Dictionary<(string Name, QueryType Type), Entry> young = [];
    private Dictionary<(string Name, QueryType Type), Entry> old = [];

    public DnsAnswer<T>? Find<T>(string name, QueryType type)
    {
        var key = (name.ToLowerInvariant(), type);
        lock (gate)
        {
            if (!young.TryGetValue(key, out var entry) && old.TryGetValue(key, out entry))
                Add(key, entry);
            return entry is not null && time.GetTimestamp() < entry.Until ? (DnsAnswer<T>)entry.Answer : null;
        }
    }

    /// <param name="response">Null when there was none.</param>
    public void Keep<T>(string name, QueryType type, DnsAnswer<T> answer, IDnsQueryResponse? response)
    {
        var life = Life(answer.Status, response);
        if (life <= TimeSpan.Zero || response?.MessageSize > MaxOctets)
            return;
        lock (gate)
            Add((name.ToLowerInvariant(), type), new Entry(answer, time.GetTimestamp() + (long)(life.TotalSeconds * time.TimestampFrequency)));
    }

    private void Add((string Name, QueryType Type) key, Entry entry)
    {
        if (young.Count >= Generation)
            (old, young) = (young, []);
        young[key] = entry;
    }

    private static TimeSpan Life(DnsStatus status, IDnsQueryResponse? response)
    {
        if (response is null || status == DnsStatus.Failed)
            return Brief;
        if (status == DnsStatus.Found)
            return Shorter(TimeSpan.FromSeconds(response.Answers.Min(record => record.InitialTimeToLive)), Longest);
        return response.Authorities.OfType<SoaRecord>().FirstOrDefault() is { } zone
            ? Shorter(TimeSpan.FromSeconds(Math.Min(zone.InitialTimeToLive, zone.Minimum)), LongestDenial)
            : Brief;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private sealed record Entry(object Answer, long Until);
}
