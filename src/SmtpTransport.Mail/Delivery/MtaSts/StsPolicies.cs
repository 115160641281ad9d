using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Mail.Delivery.MtaSts;

/// <summary>The MTA-STS policies of destinations: announced in the DNS, fetched, kept for as long as they say (RFC 8461 §3.3, §5.1).</summary>
internal sealed partial class StsPolicies(
    IDnsResolver dns, IStsPolicyStore store, StsPolicyFetch fetch, IDeliveryObserver observer, TimeProvider time, ILogger logger)
{
    // RFC 8461 §3.3: "five minutes or longer" between attempts that fail.
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LookAgain = TimeSpan.FromDays(1);
    private const int MaxFailures = 1000;

    private readonly ConcurrentDictionary<string, Lazy<Task<StsPolicy?>>> running = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, TimeSpan> failures = new(StringComparer.OrdinalIgnoreCase);

    /// <returns>Null without a policy.</returns>
    public async Task<StsPolicy?> FindAsync(string domain, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var stored = store.Find(domain) is { } kept && kept.ExpiresAt > now ? kept : null;
        var known = stored is null ? null : StsPolicy.Parse(stored.Text);
        var announced = await dns.TxtAsync($"_mta-sts.{domain}", cancellation);
        // RFC 8461 §5.1: without a usable record, what is known still counts.
        if (StsRecord.Id(announced.Records) is not { } id)
            return known;
        if (known is not null && stored!.Id == id && IsFresh(known, now - stored.FetchedAt))
            return known;
        return await RefreshAsync(domain, id).WaitAsync(cancellation) ?? known;
    }

    // RFC 8461 §5.1: a policy is looked at again well before it ends, so that an attacker's window closes.
    // One from the future was fetched by a clock that was wrong, and says nothing about its age.
    private static bool IsFresh(StsPolicy policy, TimeSpan age) => age >= TimeSpan.Zero && age < LookAgain && age < policy.MaxAge / 2;

    /// <summary>One fetch serves all who ask meanwhile.</summary>
    private Task<StsPolicy?> RefreshAsync(string domain, string id)
    {
        if (failures.TryGetValue(domain, out var until) && until > time.Steady())
            return Task.FromResult<StsPolicy?>(null);
        return running.GetOrAdd(domain, _ => new Lazy<Task<StsPolicy?>>(() => FetchAsync(domain, id))).Value;
    }

    private async Task<StsPolicy?> FetchAsync(string domain, string id)
    {
        try
        {
            var fetched = await fetch.FetchAsync(domain);
            if (fetched is StsFetched.Policy { Value: var policy, Text: var text })
            {
                var now = time.GetUtcNow();
                await store.StoreAsync(domain, new StoredStsPolicy(id, text, now, now + policy.MaxAge));
                failures.TryRemove(domain, out _);
                LogFetched(domain, policy.Mode, id);
                return policy;
            }

            var trouble = ((StsFetched.Nothing)fetched).Why;
            observer.TlsSeen(domain, StsPolicyFetch.HostOf(domain), TlsPolicyKind.Sts, trouble.Result);
            LogNotFetched(domain, trouble.Words);
            if (failures.Count >= MaxFailures)
                failures.Clear();
            failures[domain] = time.Steady() + PauseAfterFailure;
            return null;
        }
        finally
        {
            running.TryRemove(domain, out _);
        }
    }

    [LoggerMessage(LogLevel.Information, "MTA-STS policy {PolicyId} of {Domain} fetched, mode {Mode}")]
    private partial void LogFetched(string domain, StsMode mode, string policyId);

    [LoggerMessage(LogLevel.Information, "The MTA-STS policy of {Domain} cannot be had: {Why}")]
    private partial void LogNotFetched(string domain, string why);
}
