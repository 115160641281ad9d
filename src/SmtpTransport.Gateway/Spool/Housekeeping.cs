using Microsoft.Extensions.Logging;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Spool;

/// <summary>What is to be done every second: sweeping the spool, and telling users about mail that is late.</summary>
public sealed partial class Housekeeping(ISpool spool, Func<DelayedMail, Stanza> composeDelay, Doorbells doorbells, TimeProvider time, ILogger<Housekeeping> logger)
{
    /// <summary>RFC 5321 §4.5.4.1 would warn after hours; in a chat a quarter of an hour is long.</summary>
    public static readonly TimeSpan TellAfter = TimeSpan.FromMinutes(15);

    private const int Batch = 100;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await NextAsync(timer, stopping))
        {
            try
            {
                while (await spool.SweepAsync() && !stopping.IsCancellationRequested)
                {
                }

                await TellDelaysAsync();
            }
            catch (Exception e)
            {
                LogTrouble(e);
            }
        }
    }

    private async Task TellDelaysAsync()
    {
        foreach (var mail in await spool.FindDelayedAsync(time.GetUtcNow() - TellAfter, Batch))
        {
            try
            {
                await spool.TellDelayAsync(mail, composeDelay(mail));
                doorbells.Notices.Ring();
            }
            catch (Exception e)
            {
                // One that cannot be told must not keep the others from their senders.
                LogNotTold(e, mail.MailId);
            }
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "Mail {MailId} is late, and its sender could not be told; the gateway tries again")]
    private partial void LogNotTold(Exception e, string mailId);

    [LoggerMessage(LogLevel.Error, "Housekeeping of the spool failed; it tries again")]
    private partial void LogTrouble(Exception e);
}
