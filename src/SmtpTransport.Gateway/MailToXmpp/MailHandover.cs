using Microsoft.Extensions.Logging;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Commits a mail and sends it, side by side, and has the XMPP server's verdict when its session is to be answered (design §3).</summary>
public sealed partial class MailHandover(
    ISpool spool, StanzaDelivery delivery, RecipientPolicy policy, VerdictWait wait, MailSettling settling, TimeProvider time, ILogger<MailHandover> logger)
{
    private static readonly SmtpReply LinkDown = new(451, "4.4.3", "The XMPP server is not reachable at the moment, try again later");

    private volatile bool isStorageFailing;

    /// <summary>The link has been down for so long that no mail is worth taking.</summary>
    public SmtpReply? Refusal => wait.IsGraceOver ? LinkDown : null;

    /// <param name="fates">For each RCPT; those that are clear already are filled in.</param>
    /// <param name="work">One for each user whose fate is open.</param>
    public async Task<MailVerdict> RunAsync(
        IncomingMail mail, AcceptedMail accepted, MessageContent content, Fate[] fates, IReadOnlyList<MailWork> work, CancellationToken cancellation)
    {
        // Of what is not stored there can be no report later.
        if (work.Count == 0)
            return Answer(accepted with { MayReport = false }, fates);
        var withdrawal = new CancellationTokenSource(DeliveryWorker.LongestAttempt, time);
        var storing = spool.AcceptAsync(accepted, content, cancellation);

        // While the disk fails, the commit goes first: else every retry of every sender would show its mail once more.
        if (isStorageFailing)
            await Task.WhenAny(storing);
        if (!storing.IsFaulted)
            foreach (var item in work.Where(item => policy.IsLocal(item.Target.User)))
                item.Sending = delivery.DeliverAsync(mail, item.Target.User, item.Target.Fingerprint, withdrawal.Token);
        try
        {
            await storing;
            isStorageFailing = false;
        }
        catch (Exception e)
        {
            isStorageFailing = e is not OperationCanceledException;
            if (isStorageFailing)
                LogNotStored(e, mail.Id);
            await WithdrawAsync(work, withdrawal);
            withdrawal.Dispose();
            return new MailVerdict(StorageTrouble.Reply(e), [.. fates.Select(_ => StorageTrouble.Reply(e))]);
        }

        var isLinkDown = await wait.ForAsync([.. work.Select(item => item.Sending).OfType<Task>()]);
        foreach (var item in work)
        {
            item.Conclude(isLinkDown ? LinkDown : null);
            item.Tell(fates);
        }

        var verdict = Answer(accepted, fates);
        if (isLinkDown || verdict.Reply.IsTransient)
            await WithdrawAsync(work, withdrawal);
        await settling.SettleAsync(mail, work, withdrawal, verdict.Reply.IsTransient, MixedFates.Reported(accepted.Envelope, fates, accepted.MayReport));
        return verdict;
    }

    private static MailVerdict Answer(AcceptedMail mail, Fate[] fates) =>
        MixedFates.Answer(mail.Envelope, fates, new SmtpReply(250, "2.0.0", $"Ok: queued as {mail.Id}"), mail.MayReport);

    /// <summary>Stops what is being sent. What the server took in that very moment counts as taken, and is not shown again.</summary>
    private static async Task WithdrawAsync(IReadOnlyList<MailWork> work, CancellationTokenSource withdrawal)
    {
        await withdrawal.CancelAsync();
        await Task.WhenAny(Task.WhenAll(work.Select(item => item.Sending).OfType<Task>()));
        foreach (var item in work)
            item.Conclude(LinkDown);
    }

    [LoggerMessage(LogLevel.Error, "Mail {MailId} could not be stored")]
    private partial void LogNotStored(Exception e, string mailId);
}
