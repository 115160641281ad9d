using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SmtpTransport.Gateway.Spool;

/// <summary>
/// The one engine for both directions: claims what is due, hands it on, and looks again when the doorbell rings, when the
/// next item is due, or after a second (operators act through the database alone).
/// </summary>
public sealed partial class DeliveryWorker(ISpool spool, ISpoolDelivery delivery, Doorbell doorbell, TimeProvider time, ILogger<DeliveryWorker> logger)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterTrouble = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Task, bool> running = new();

    /// <summary>Until cancelled; then what runs may finish before this returns.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (!await ClaimAsync(stopping))
                    await doorbell.WaitAsync(UntilNextDue(), time, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
            }
            catch (Exception e)
            {
                LogTrouble(e, delivery.Direction);
                await doorbell.WaitAsync(LookAgain, time, CancellationToken.None);
            }
        }

        await Task.WhenAll(running.Keys);
    }

    /// <summary>True when there may be more at once.</summary>
    private async Task<bool> ClaimAsync(CancellationToken stopping)
    {
        var free = delivery.Concurrency - running.Count;
        if (!delivery.IsReady || free <= 0)
            return false;
        var claimed = await spool.ClaimAsync(delivery.Direction, free);
        foreach (var mail in claimed)
            Start(mail, stopping);
        return claimed.Count == free && running.Count < delivery.Concurrency;
    }

    private void Start(ClaimedMail mail, CancellationToken stopping)
    {
        var task = Task.Run(() => DeliverAsync(mail, stopping), CancellationToken.None);
        running[task] = true;
        task.ContinueWith(
            done =>
            {
                running.TryRemove(done, out _);
                doorbell.Ring();
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task DeliverAsync(ClaimedMail mail, CancellationToken stopping)
    {
        try
        {
            await delivery.DeliverAsync(mail, stopping);
        }
        catch (Exception e)
        {
            if (e is not OperationCanceledException)
                LogCrashed(e, mail.Id);
            var dueAt = time.GetUtcNow() + (stopping.IsCancellationRequested ? TimeSpan.Zero : AfterTrouble);
            await spool.SettleAsync(mail.Id, [.. mail.Recipients.Select(r => new Settlement.Released(r.Id, dueAt))], []);
        }
    }

    private TimeSpan UntilNextDue()
    {
        if (!delivery.IsReady || running.Count >= delivery.Concurrency || spool.NextDue(delivery.Direction) is not { } due)
            return LookAgain;
        var left = due - time.GetUtcNow();
        return left < LookAgain ? TimeSpan.FromMilliseconds(Math.Max(1, left.TotalMilliseconds)) : LookAgain;
    }

    [LoggerMessage(LogLevel.Error, "The {Direction} worker cannot read the spool; it tries again")]
    private partial void LogTrouble(Exception e, MailDirection direction);

    [LoggerMessage(LogLevel.Error, "An attempt for mail {MailId} broke; it comes again")]
    private partial void LogCrashed(Exception e, string mailId);
}
