using Microsoft.Extensions.Logging;
using MimeKit;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Sends the copies of a mail while its session waits, and records what became of them.</summary>
public sealed partial class MailSettling(ISpool spool, StanzaDelivery delivery, GatewayMetrics metrics, TimeProvider time, ILogger<MailSettling> logger)
{
    /// <summary>ejabberd on Mnesia loses what it took in its last two seconds when it is killed (design §3).</summary>
    public static readonly TimeSpan UnsafeTime = TimeSpan.FromSeconds(3);

    public (PreparedMail Mail, Task<DeliveryVerdict> Sending) Start(
        MimeMessage mail, EmailAddress author, MailTarget target, string mailId, DateTimeOffset receivedAt, CancellationToken withdrawal)
    {
        var prepared = delivery.Prepare(mail, author, target.User, target.Fingerprint, mailId, receivedAt);
        return (prepared, delivery.SendAsync(prepared, withdrawal));
    }

    /// <summary>
    /// Records the fates. What was refused or withdrawn is off the disk when this returns, so that no crash brings it back;
    /// what was taken is recorded soon after, since its 250 need not wait for that.
    /// </summary>
    /// <param name="isWithdrawn">The session ends in 4xx: whatever is not taken is forgotten.</param>
    public async Task SettleAsync(string mailId, IReadOnlyList<MailWork> work, bool isWithdrawn)
    {
        var gone = new List<Settlement>();
        var kept = new List<Settlement>();
        foreach (var item in work)
        {
            switch (item.Fate)
            {
                case Fate.Taken:
                    kept.Add(Taken(item.Target.RecipientId, item.Prepared!));
                    LogDelivered(mailId, item.Target.User);
                    metrics.MailDelivered(MailDirection.MailToChat);
                    break;
                case Fate.Spooled when !isWithdrawn && item.Sending is { } sending:
                    _ = SettleLaterAsync(mailId, item, sending);
                    break;
                case Fate.Spooled when !isWithdrawn:
                    kept.Add(new Settlement.Released(item.Target.RecipientId, time.GetUtcNow()));
                    break;
                default:
                    gone.Add(new Settlement.Withdrawn(item.Target.RecipientId, item.Target.Fingerprint));
                    break;
            }
        }

        if (gone.Count > 0)
            await spool.SettleAsync(mailId, [.. gone, .. kept], []);
        else if (kept.Count > 0)
            _ = RecordAsync(mailId, kept);
    }

    public Settlement Taken(long recipientId, PreparedMail mail) =>
        new Settlement.Taken(recipientId, time.GetUtcNow() + UnsafeTime, mail.ContactName, mail.Sent);

    private async Task SettleLaterAsync(string mailId, MailWork item, Task<DeliveryVerdict> sending)
    {
        throw new NotImplementedException();
    }

    private async Task RecordAsync(string mailId, IReadOnlyList<Settlement> settlements)
    {
        try
        {
            await spool.SettleAsync(mailId, settlements, []);
        }
        catch (Exception e)
        {
            // The lease ends, and the mail is sent again with the same stanza id: twice is better than never.
            LogNotRecorded(e, mailId);
        }
    }

    [LoggerMessage(LogLevel.Information, "Mail {MailId} delivered to {User}")]
    private partial void LogDelivered(string mailId, Jid user);

    [LoggerMessage(LogLevel.Error, "What became of mail {MailId} could not be recorded")]
    private partial void LogNotRecorded(Exception e, string mailId);
}
