using Microsoft.Extensions.Logging;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway;

/// <summary>Where the two directions meet the link: messages become mail, errors concern mail that became messages.</summary>
public sealed partial class MailTraffic(
    MessageReceiver messages, ReadReceipts readReceipts, LateErrors lateErrors, ISpool spool, Doorbells doorbells, TimeProvider time, ILogger<MailTraffic> logger)
    : IMessageReceiver, ILinkObserver
{
    public Task Committed => messages.Committed;

    public async ValueTask ReceiveAsync(Stanza message, CancellationToken cancellation)
    {
        // With a text beside it, it is a message first.
        var displayed = message.Body is null ? message.Payload<Displayed>() : null;
        if (!message.IsError && displayed is null)
        {
            await messages.ReceiveAsync(message, cancellation);
            return;
        }

        try
        {
            if (message.IsError)
                await lateErrors.RecordAsync(message);
            else
                await readReceipts.ReceiveAsync(message, displayed!);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogLost(e, message.From.Bare);
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

    [LoggerMessage(LogLevel.Error, "An error or a marker from {User} could not be recorded")]
    private partial void LogLost(Exception e, Jid user);

    [LoggerMessage(LogLevel.Error, "What the XMPP server took last could not be marked to be sent again")]
    private partial void LogNotReopened(Exception e);
}
