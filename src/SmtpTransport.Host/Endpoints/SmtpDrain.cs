using System.Collections.Concurrent;

namespace SmtpTransport.Host.Endpoints;

/// <summary>
/// When the program stops, mails under way finish first (design §7). Until then everything else stays as it is: whoever connects
/// hears 421, <c>/readyz</c> says why, and the component link carries the last mails.
/// </summary>
internal sealed class SmtpDrain(IHostApplicationLifetime lifetime) : IHostedLifecycleService
{
    /// <summary>What running transactions have.</summary>
    public static readonly TimeSpan AtMost = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<Task, bool> sessions = new();

    /// <summary>No new mail from now on.</summary>
    public CancellationToken Draining => lifetime.ApplicationStopping;

    /// <param name="session">Never fails.</param>
    public async Task WatchAsync(Task session)
    {
        sessions.TryAdd(session, true);
        await session;
        sessions.TryRemove(session, out _);
    }

    /// <summary>Sessions that are left at the end are cut; their senders hold their mails.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(AtMost);
        while (!end.IsCancellationRequested && sessions.Keys is { Count: > 0 } left)
            await Task.WhenAll(left).WaitAsync(end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
