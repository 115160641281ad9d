using Microsoft.Extensions.Logging;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>Records what became of a mail of a user.</summary>
public sealed partial class DraftSettling(ISpool spool, Doorbells doorbells, TimeProvider time, ILogger<DraftSettling> logger)
{
    private static readonly TimeSpan RecordAgain = TimeSpan.FromSeconds(5);

    /// <summary>Again and again while the storage is out of order, until the attempt ends: what the next server has must not be sent twice.</summary>
    public async Task RecordAsync(
        string mailId, IReadOnlyList<Settlement> settlements, IReadOnlyList<NewNotice> notices, IReadOnlyList<Stanza> receipts, CancellationToken cancellation)
    {
        while (!await TryRecordAsync(mailId, settlements, notices, receipts))
            await Task.Delay(RecordAgain, time, cancellation);
    }

    private async Task<bool> TryRecordAsync(string mailId, IReadOnlyList<Settlement> settlements, IReadOnlyList<NewNotice> notices, IReadOnlyList<Stanza> receipts)
    {
        try
        {
            if (await spool.SettleDraftAsync(mailId, settlements, notices, receipts))
                doorbells.Notices.Ring();
            return true;
        }
        catch (Exception e)
        {
            LogNotRecorded(e, mailId);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "What became of mail {MailId} could not be recorded")]
    private partial void LogNotRecorded(Exception e, string mailId);
}
