using Microsoft.Extensions.Logging;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>
/// Takes messages from users: decides, commits as a draft, and lets the worker do the rest. A message is either answered
/// with an error or on the disk before anything slow happens (XEP-0114 has no acknowledgement of its own).
/// </summary>
public sealed partial class MessageReceiver(
    MessagePolicy policy,
    ISpool spool,
    IStanzaSender link,
    RetryOptions options,
    Doorbells doorbells,
    GatewayMetrics metrics,
    TimeProvider time,
    ILogger<MessageReceiver> logger) : IMessageReceiver, IDisposable
{
    /// <summary>Commits under way at once: enough to fill a group commit, few enough to hold the stream back when the disk is slow.</summary>
    private const int MaxCommits = 1024;

    private readonly SemaphoreSlim room = new(MaxCommits);
    private volatile Task committed = Task.CompletedTask;

    public Task Committed => committed;

    public async ValueTask ReceiveAsync(Stanza message, CancellationToken cancellation)
    {
        switch (policy.Decide(message))
        {
            case MessageDecision.Refuse refuse:
                if (refuse.Reason is { } reason)
                    metrics.Refusal(reason);
                await RefuseAsync(message, refuse.Error, cancellation);
                break;
            case MessageDecision.Accept accept:
                // In the order of the stream: the spool writes in the order in which it is asked.
                await room.WaitAsync(cancellation);
                committed = CommitAsync(message, () => AcceptAsync(accept));
                break;
            case MessageDecision.TakeBack back:
                await room.WaitAsync(cancellation);
                committed = CommitAsync(message, () => TakeBackAsync(message, back.Message));
                break;
        }
    }

    /// <summary>Waits for the commits under way.</summary>
    public void Dispose()
    {
        for (var i = 0; i < MaxCommits; i++)
            room.Wait();
        room.Dispose();
    }

    /// <summary>Never throws.</summary>
    private async Task CommitAsync(Stanza message, Func<Task> commit)
    {
        try
        {
            await commit();
        }
        catch (Exception e)
        {
            LogNotStored(e, message.From.Bare);
            await RefuseNotStoredAsync(message, e);
        }
        finally
        {
            room.Release();
        }
    }

    private async Task AcceptAsync(MessageDecision.Accept accept)
    {
        var now = time.GetUtcNow();
        var hold = accept.Line.IsReaction ? TimeSpan.Zero : options.HoldFor;
        var draft = new AcceptedDraft(MailIds.Next(time), accept.From, accept.Recipients, accept.Line, now + hold, now) { Charges = accept.Charges, Corrects = accept.Corrects };
        var mailId = await StoreAsync(accept, draft);
        LogAccepted(mailId, accept.Line.Sender.Bare, string.Join(", ", accept.Recipients.Select(recipient => recipient.Address)), accept.Line.StanzaId);
        metrics.MessageReceived(ReceiptResult.Accepted);
        if (!draft.IsHeld)
            doorbells.ChatToMail.Ring();
    }

    private async Task<string> StoreAsync(MessageDecision.Accept accept, AcceptedDraft draft)
    {
        try
        {
            return await spool.AcceptAsync(draft);
        }
        catch
        {
            policy.Forget(accept);
            throw;
        }
    }

    private async Task TakeBackAsync(Stanza message, TakenBack back)
    {
        if (await spool.TakeBackAsync(back))
        {
            LogTakenBack(back.User, back.StanzaId);
            doorbells.Notices.Ring();
        }
        else
        {
            await RefuseAsync(message, Refusals.Retraction, CancellationToken.None);
        }
    }

    private async Task RefuseNotStoredAsync(Stanza message, Exception trouble)
    {
        try
        {
            await RefuseAsync(message, StorageTrouble.Error(trouble), CancellationToken.None);
        }
        catch (Exception e)
        {
            LogNotAnswered(e, message.From.Bare);
        }
    }

    private async ValueTask RefuseAsync(Stanza message, StanzaError error, CancellationToken cancellation)
    {
        LogRefused(message.From.Bare, message.To, error.Condition);
        metrics.MessageReceived(ReceiptResult.Refused);
        if (message.Answerable().Error(error) is { } reply)
            await link.SendAsync(reply, cancellation);
    }

    [LoggerMessage(LogLevel.Information, "Mail {MailId} from {User} to {Recipient} accepted as a draft, stanza {StanzaId}")]
    private partial void LogAccepted(string mailId, Jid user, string recipient, string stanzaId);

    [LoggerMessage(LogLevel.Information, "Message from {User} taken back before it left, stanza {StanzaId}")]
    private partial void LogTakenBack(Jid user, string stanzaId);

    [LoggerMessage(LogLevel.Information, "Message from {User} to {Contact} refused: {Condition}")]
    private partial void LogRefused(Jid user, Jid contact, string condition);

    [LoggerMessage(LogLevel.Error, "A message from {User} was lost: it could be neither stored nor answered")]
    private partial void LogNotAnswered(Exception e, Jid user);

    [LoggerMessage(LogLevel.Error, "A message from {User} could not be stored")]
    private partial void LogNotStored(Exception e, Jid user);
}
