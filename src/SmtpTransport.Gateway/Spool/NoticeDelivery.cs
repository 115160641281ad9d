using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Gateway.Spool;

/// <summary>Sends the notices that wait, and forgets each when the XMPP server has it.</summary>
/// <param name="isOnline">Asks in the name of a contact whether a user's client is there; may take seconds.</param>
public sealed partial class NoticeDelivery(
    INotices notices, IStanzaSender link, Func<Jid, Jid, CancellationToken, Task<bool>> isOnline, Doorbells doorbells, TimeProvider time, ILogger<NoticeDelivery> logger)
{
    /// <summary>Clients asked at a time. A silent one takes seconds, and there may be any number of them.</summary>
    internal const int MaxAsking = 1000;

    private const int Batch = 200;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>Told, and perhaps not yet forgotten: while the disk fails nobody is told again each second.</summary>
    private readonly ConcurrentDictionary<long, bool> told = [];

    /// <summary>Those for which a client is being asked whether it is there.</summary>
    private readonly ConcurrentDictionary<long, bool> asking = [];

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (link.DownSince is not null || !await SendAsync(stopping))
                    await doorbells.Notices.WaitAsync(LookAgain, time, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
            }
            catch (Exception e)
            {
                LogTrouble(e);
                await doorbells.Notices.WaitAsync(LookAgain, time, CancellationToken.None);
            }
        }
    }

    /// <returns>False when there was nothing to do.</returns>
    private async Task<bool> SendAsync(CancellationToken stopping)
    {
        // Those that ask do not fill the batch.
        var waiting = notices.Waiting(Batch + asking.Count).Where(notice => !told.ContainsKey(notice.Id) && !asking.ContainsKey(notice.Id)).ToList();
        var unconditional = waiting.Where(notice => notice.UnlessOnline is null).ToList();
        var toAsk = waiting.Where(notice => notice.UnlessOnline is not null).Take(MaxAsking - asking.Count).ToList();
        foreach (var notice in toAsk)
        {
            asking[notice.Id] = true;
            _ = AskAsync(notice, stopping);
        }

        try
        {
            await Task.WhenAll(unconditional.Select(notice => TellAsync(notice, stopping)));
        }
        finally
        {
            // Also of a batch that was cut off: what its users have got they must not get again.
            await ForgetAsync([.. told.Keys]);
        }

        return unconditional.Count + toAsk.Count > 0;
    }

    /// <summary>Beside all others, for a client may take its time to answer. Never throws.</summary>
    private async Task AskAsync(Notice notice, CancellationToken stopping)
    {
        try
        {
            if (notice is { Stanza.From: var contact, UnlessOnline: { } client } && await isOnline(contact, client, stopping))
                told[notice.Id] = true;
            else
                await TellAsync(notice, stopping);
        }
        catch (OperationCanceledException)
        {
            // It is asked again after the next start.
        }
        catch (Exception e)
        {
            LogTrouble(e);
        }

        asking.TryRemove(notice.Id, out _);
        doorbells.Notices.Ring();
    }

    /// <summary>One that cannot be read or sent must not keep the others from their users.</summary>
    private async Task TellAsync(Notice notice, CancellationToken stopping)
    {
        try
        {
            // A refusal is an end too: nobody is left to tell that a notice was refused.
            if (notice.Stanza is { } stanza)
                await link.SendConfirmedAsync(stanza, stopping);
            else
                LogUnreadable(notice.Id);
        }
        catch (ArgumentException e)
        {
            LogUnsendable(e, notice.Id);
        }

        told[notice.Id] = true;
    }

    private async Task ForgetAsync(IReadOnlyList<long> ids)
    {
        if (ids.Count == 0)
            return;
        await notices.DoneAsync(ids);
        foreach (var id in ids)
            told.TryRemove(id, out _);
    }

    [LoggerMessage(LogLevel.Error, "The record of notice {Id} cannot be read; its user is not told")]
    private partial void LogUnreadable(long id);

    [LoggerMessage(LogLevel.Error, "Notice {Id} is no stanza that can be sent; its user is not told")]
    private partial void LogUnsendable(Exception e, long id);

    [LoggerMessage(LogLevel.Error, "Notices to users cannot be sent; the gateway tries again")]
    private partial void LogTrouble(Exception e);
}
