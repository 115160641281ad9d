using Microsoft.Extensions.Logging;
using SmtpTransport.Gateway.Files;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>Makes mails of drafts with files: fetches these, composes, and leaves the mail to its next hop.</summary>
public sealed partial class FileGathering(
    ISpool spool, DraftFiles files, DraftComposer composer, FetchMetrics metrics, TimeProvider time, ILogger<FileGathering> logger)
{
    /// <summary>Drafts at a time. Each may fill a temporary file of <c>Files:MaxFetchSize</c> octets.</summary>
    private const int Places = 32;

    private static readonly TimeSpan UntilFree = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(20);

    /// <summary>A reader waits at the other end: what is not to be had by then stays a link.</summary>
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(90);

    private int taken;

    /// <returns>False when no mail can be made of it with its files, by a fault of ours.</returns>
    public async Task<bool> TryComposeAsync(ClaimedMail mail, CancellationToken cancellation)
    {
        try
        {
            if (Interlocked.Increment(ref taken) <= Places)
                return await ComposeAsync(mail, cancellation);
            await ReleaseAsync(mail, UntilFree);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogBroken(e, mail.Id);
            return false;
        }
        finally
        {
            Interlocked.Decrement(ref taken);
        }
    }

    private async Task<bool> ComposeAsync(ClaimedMail mail, CancellationToken cancellation)
    {
        if (!spool.HasRoomFor(files.LargestMail))
            return await TryDeferAsync(mail, "there is no room for files on our disk");
        var lines = spool.ReadDraft(mail.Id);
        await using var gathered = await files.FetchAsync(mail.Id, lines, cancellation);
        if (gathered.Missing.FirstOrDefault(file => file.MayPass) is { } late && await TryDeferAsync(mail, $"{late.Name}: {late.Why}"))
            return true;

        await using var content = await composer.ComposeAsync(mail, lines, gathered);
        metrics.Fetched(FetchResult.Attached, gathered.Attached.Count);
        metrics.Fetched(FetchResult.Linked, gathered.Missing.Count);
        LogGathered(mail.Id, gathered.Attached.Count, content.Length);
        await ReleaseAsync(mail, TimeSpan.Zero);
        return true;
    }

    /// <returns>False when it has waited long enough.</returns>
    private async Task<bool> TryDeferAsync(ClaimedMail mail, string why)
    {
        var now = time.GetUtcNow();
        if (mail.Recipients[0].FailingSince is { } since && now >= since + GiveUpAfter)
            return false;
        await spool.SettleAsync(
            mail.Id, [.. mail.Recipients.Select(recipient => new Settlement.Deferred(recipient.Id, now + Again, recipient.FailingSince ?? now, $"451 4.4.1 Not fetched yet: {why}"))], []);
        metrics.Fetched(FetchResult.Deferred, 1);
        return true;
    }

    private Task ReleaseAsync(ClaimedMail mail, TimeSpan after) => spool.SettleAsync(
        mail.Id, [.. mail.Recipients.Select(recipient => new Settlement.Released(recipient.Id, time.GetUtcNow() + after))], []);

    [LoggerMessage(LogLevel.Information, "Mail {MailId}: {Count} files attached, {Octets} octets in all")]
    private partial void LogGathered(string mailId, int count, long octets);

    [LoggerMessage(LogLevel.Error, "Mail {MailId} could not be composed with its files")]
    private partial void LogBroken(Exception e, string mailId);
}
