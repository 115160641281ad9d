using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.Spool;

/// <summary>
/// The one engine for both directions: claims what is due, hands it on, and looks again when the doorbell rings, when the
/// next item is due, or after a second (operators act through the database alone).
/// </summary>
public sealed partial class DeliveryWorker(ISpool spool, ISpoolDelivery delivery, Doorbell doorbell, TimeProvider time, ILogger<DeliveryWorker> logger)
{
    /// <summary>No attempt outlives its lease; the final dot alone may take ten minutes (RFC 5321 §4.5.3.2.6).</summary>
    public static readonly TimeSpan LongestAttempt = TimeSpan.FromMinutes(25);

    /// <summary>How long attempts may go on when the program stops: cut off behind the final dot, a mail would arrive twice.</summary>
    private static readonly TimeSpan LastCall = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterTrouble = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ReleaseAgain = TimeSpan.FromSeconds(5);

    /// <summary>At a time: more could all be for one destination, and nobody knows yet how slow it is.</summary>
    private const int Handful = 5;

    private readonly ConcurrentDictionary<Task, string> running = new();

    /// <summary>Recipients, and whether they were claimed again: a clock that is set forward ends leases, but not attempts.</summary>
    private readonly ConcurrentDictionary<long, bool> underWay = new();

    /// <summary>Until cancelled; then what runs may finish before this returns.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var lastCall = stopping.Register(() => ending.CancelAfter(LastCall));
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (!await ClaimAsync(ending.Token))
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
    private async Task<bool> ClaimAsync(CancellationToken ending)
    {
        var free = Math.Min(delivery.Concurrency - running.Count, delivery.IsFair ? Handful : int.MaxValue);
        if (!delivery.IsReady || free <= 0)
            return false;
        var claimed = await spool.ClaimAsync(delivery.Direction, free, Busy());
        foreach (var mail in claimed)
        {
            List<ClaimedRecipient> idle = [.. mail.Recipients.Where(recipient => !underWay.AddOrUpdate(recipient.Id, false, (_, _) => true))];
            if (idle.Count > 0)
                Start(mail with { Recipients = idle }, ending);
        }

        return claimed.Count == free && running.Count < delivery.Concurrency;
    }

    /// <summary>A slow destination must not hold every place while others wait.</summary>
    private List<string> Busy() => !delivery.IsFair ? [] : running.Values
        .CountBy(destination => destination, StringComparer.OrdinalIgnoreCase)
        .Where(destination => destination.Value >= delivery.Room(destination.Key))
        .Select(destination => destination.Key)
        .ToList();

    private void Start(ClaimedMail mail, CancellationToken ending)
    {
        var task = Task.Run(() => DeliverAsync(mail, ending), CancellationToken.None);
        running[task] = mail.Destination;
        task.ContinueWith(
            done =>
            {
                running.TryRemove(done, out _);
                doorbell.Ring();
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Never throws. What is not settled comes again: soon when the program stops, else when the trouble may be over.</summary>
    private async Task DeliverAsync(ClaimedMail mail, CancellationToken ending)
    {
        using var atMost = new CancellationTokenSource(LongestAttempt, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(atMost.Token, ending);
        try
        {
            await delivery.DeliverAsync(mail, either.Token);
        }
        catch (Exception e)
        {
            if (e is not OperationCanceledException)
                LogCrashed(e, mail.Id);
            await ReleaseAsync(mail, ending);
        }

        List<ClaimedRecipient> again = [.. mail.Recipients.Where(recipient => underWay.TryRemove(recipient.Id, out var claimed) && claimed)];
        if (again.Count > 0)
            await ReleaseAsync(mail with { Recipients = again }, ending);
    }

    /// <summary>Again and again while the storage is out of order: the lease would end by itself, but much later.</summary>
    private async Task ReleaseAsync(ClaimedMail mail, CancellationToken ending)
    {
        var end = time.Steady() + LongestAttempt;
        while (!await TryReleaseAsync(mail, time.GetUtcNow() + (ending.IsCancellationRequested ? TimeSpan.Zero : AfterTrouble)))
        {
            if (ending.IsCancellationRequested || time.Steady() >= end)
                return;
            await Task.Delay(ReleaseAgain, time, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> TryReleaseAsync(ClaimedMail mail, DateTimeOffset dueAt)
    {
        try
        {
            await spool.SettleAsync(mail.Id, [.. mail.Recipients.Select(recipient => new Settlement.Released(recipient.Id, dueAt))], []);
            return true;
        }
        catch (Exception e)
        {
            LogNotReleased(e, mail.Id);
            return false;
        }
    }

    private TimeSpan UntilNextDue()
    {
        if (!delivery.IsReady || running.Count >= delivery.Concurrency || spool.NextDue(delivery.Direction, Busy()) is not { } due)
            return LookAgain;
        var left = due - time.GetUtcNow();
        return left < LookAgain ? TimeSpan.FromMilliseconds(Math.Max(1, left.TotalMilliseconds)) : LookAgain;
    }

    [LoggerMessage(LogLevel.Error, "The {Direction} worker cannot read the spool; it tries again")]
    private partial void LogTrouble(Exception e, MailDirection direction);

    [LoggerMessage(LogLevel.Error, "An attempt for mail {MailId} broke; it comes again")]
    private partial void LogCrashed(Exception e, string mailId);

    [LoggerMessage(LogLevel.Error, "Mail {MailId} could not be given back to the spool")]
    private partial void LogNotReleased(Exception e, string mailId);
}
