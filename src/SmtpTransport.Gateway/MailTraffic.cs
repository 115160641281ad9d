using Microsoft.Extensions.Logging;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway;

/// <summary>Where the two directions meet the link: messages become mail, errors concern mail that became messages.</summary>
public sealed partial class MailTraffic(
    MessageReceiver messages, LateErrors lateErrors, ISpool spool, Doorbells doorbells, TimeProvider time, ILogger<MailTraffic> logger)
    : IMessageReceiver, ILinkObserver
{
    public Task Committed => messages.Committed;

    public async ValueTask ReceiveAsync(Stanza message, CancellationToken cancellation)
    {
        if (!message.IsError)
        {
            await messages.ReceiveAsync(message, cancellation);
            return;
        }

        try
        {
            await lateErrors.RecordAsync(message);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogErrorLost(e, message.From.Bare);
        }
    }

    public void LinkUp()
    {
        doorbells.MailToChat.Ring();
        doorbells.Notices.Ring();
    }

    public void LinkDown() => _ = ReopenAsync(time.GetUtcNow() - MailSettling.UnsafeTime);

    /// <summary>What the server took in its last seconds may have died with it (design §3): it goes out again, with the same ids.</summary>
    private async Task ReopenAsync(DateTimeOffset takenAfter)
    {
        try
        {
            await spool.ReopenTakenAsync(takenAfter);
            doorbells.MailToChat.Ring();
        }
        catch (Exception e)
        {
            LogNotReopened(e);
        }
    }

    [LoggerMessage(LogLevel.Error, "An error stanza from {User} could not be recorded")]
    private partial void LogErrorLost(Exception e, Jid user);

    [LoggerMessage(LogLevel.Error, "What the XMPP server took last could not be marked to be sent again")]
    private partial void LogNotReopened(Exception e);
}
