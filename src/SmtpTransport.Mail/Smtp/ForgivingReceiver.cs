using Microsoft.Extensions.Logging;

namespace SmtpTransport.Mail.Smtp;

/// <summary>A receiver whose failures are temporary refusals: trouble on our side never costs the sender a mail.</summary>
internal sealed partial class ForgivingReceiver(IMailReceiver receiver, ILogger logger) : IMailReceiver
{
    public async ValueTask<SmtpReply> MailAsync(SmtpClient client, Envelope envelope, long? declaredSize, CancellationToken cancellation)
    {
        try
        {
            return await receiver.MailAsync(client, envelope, declaredSize, cancellation);
        }
        catch (Exception e)
        {
            LogFailed(e, client.MailId);
            return Replies.LocalError;
        }
    }

    public async ValueTask<SmtpReply> RcptAsync(
        SmtpClient client, Envelope envelope, EnvelopeRecipient recipient, CancellationToken cancellation)
    {
        try
        {
            return await receiver.RcptAsync(client, envelope, recipient, cancellation);
        }
        catch (Exception e)
        {
            LogFailed(e, client.MailId);
            return Replies.LocalError;
        }
    }

    public async ValueTask<MailVerdict> ReceiveAsync(
        SmtpClient client, Envelope envelope, MessageContent content, CancellationToken cancellation)
    {
        try
        {
            return await receiver.ReceiveAsync(client, envelope, content, cancellation);
        }
        catch (Exception e)
        {
            LogFailed(e, client.MailId);
            return new MailVerdict(Replies.LocalError, []);
        }
    }

    [LoggerMessage(LogLevel.Error, "Mail {MailId} refused for now: nothing could decide on it")]
    private partial void LogFailed(Exception exception, string mailId);
}
