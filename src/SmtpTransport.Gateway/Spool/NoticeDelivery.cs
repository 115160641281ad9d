using Microsoft.Extensions.Logging;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Gateway.Spool;

/// <summary>Sends the notices that wait, and forgets each when the XMPP server has it.</summary>
public sealed partial class NoticeDelivery(INotices notices, IStanzaSender link, Doorbells doorbells, TimeProvider time, ILogger<NoticeDelivery> logger)
{
    private const int Batch = 200;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

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

    private async Task<bool> SendAsync(CancellationToken stopping)
    {
        var waiting = notices.Waiting(Batch);
        if (waiting.Count == 0)
            return false;

        // One that cannot be read must not keep the others from their users.
        foreach (var unreadable in waiting.Where(notice => notice.Stanza is null))
            LogUnreadable(unreadable.Id);

        // A refusal is an end too: nobody is left to tell that a notice was refused.
        await Task.WhenAll(waiting.Select(notice => notice.Stanza).OfType<Stanza>().Select(stanza => link.SendConfirmedAsync(stanza, stopping)));
        await notices.DoneAsync([.. waiting.Select(notice => notice.Id)]);
        return true;
    }

    [LoggerMessage(LogLevel.Error, "The record of notice {Id} cannot be read; its user is not told")]
    private partial void LogUnreadable(long id);

    [LoggerMessage(LogLevel.Error, "Notices to users cannot be sent; the gateway tries again")]
    private partial void LogTrouble(Exception e);
}
