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

    /// <summary>Octets. A larger mail takes its time to the disk: that begins at once.</summary>
    private const int SmallMail = 256 * 1024;

    private volatile bool isStorageFailing;

    /// <summary>The link has been down for so long that no mail is worth taking.</summary>
    public SmtpReply? Refusal => wait.IsGraceOver ? LinkDown : null;

    /// <param name="fates">For each RCPT; those that are clear already are filled in.</param>
    /// <param name="work">One for each user whose fate is open.</param>
    public async Task<MailVerdict> RunAsync(
        IncomingMail mail, AcceptedMail accepted, MessageContent content, Fate[] fates, IReadOnlyList<MailWork> work, CancellationToken cancellation)
    {
        if (work.Count == 0)
            return await ConcludeKnownAsync(accepted, content, fates, cancellation);
        var withdrawal = new CancellationTokenSource(DeliveryWorker.LongestAttempt, time);

        // While the disk fails, the commit goes first: else every retry of every sender would show its mail once more.
        var isStoredFirst = isStorageFailing;
        var trouble = isStoredFirst ? await StoreAsync(accepted, content, [], [], cancellation) : null;
        if (trouble is null)
            Send(mail, work, withdrawal.Token);
        if (!isStoredFirst && content.Length <= SmallMail && await wait.BrieflyForAsync(Verdicts(work)))
        {
            withdrawal.Dispose();
            return await FinishAsync(mail, accepted, content, fates, work, cancellation);
        }

        if (!isStoredFirst)
            trouble = await StoreAsync(accepted, content, [], [], cancellation);
        if (trouble is { } reply)
        {
            await WithdrawAsync(work, withdrawal);
            withdrawal.Dispose();
            return Everyone(fates, reply);
        }

        var isLinkDown = await wait.ForAsync(Verdicts(work));
        var verdict = Conclude(accepted, fates, work, isLinkDown ? LinkDown : null);
        if (isLinkDown || verdict.Reply.IsTransient)
            await WithdrawAsync(work, withdrawal);
        await settling.SettleAsync(mail, work, withdrawal, verdict.Reply.IsTransient, Reported(accepted, fates));
        return verdict;
    }

    /// <summary>Nobody is left to send it to; it is stored only for the report on those who were refused.</summary>
    private async Task<MailVerdict> ConcludeKnownAsync(AcceptedMail accepted, MessageContent content, Fate[] fates, CancellationToken cancellation)
    {
        var refused = Reported(accepted, fates);
        return refused.Count > 0 && await StoreAsync(accepted, content, [], refused, cancellation) is { } trouble
            ? Everyone(fates, trouble)
            : Answer(accepted, fates);
    }

    /// <summary>Every word that is waited for has come: one commit takes the mail and records what became of it.</summary>
    private async Task<MailVerdict> FinishAsync(
        IncomingMail mail, AcceptedMail accepted, MessageContent content, Fate[] fates, IReadOnlyList<MailWork> work, CancellationToken cancellation)
    {
        var verdict = Conclude(accepted, fates, work, null);
        var outcomes = settling.Outcomes(mail, work, verdict.Reply.IsTransient);
        var refused = Reported(accepted, fates);
        if (refused.Count == 0 && outcomes.All(outcome => outcome is Settlement.Withdrawn))
            return verdict;
        if (await StoreAsync(accepted, content, outcomes, refused, cancellation) is { } trouble)
            return Everyone(fates, trouble);
        await settling.RecordedAsync(outcomes);
        return verdict;
    }

    private void Send(IncomingMail mail, IReadOnlyList<MailWork> work, CancellationToken withdrawal)
    {
        foreach (var item in work.Where(item => policy.IsLocal(item.Target.User)))
            item.Sending = delivery.DeliverAsync(mail, item.Target.User, item.Target.Fingerprint, withdrawal);
    }

    private static List<Task> Verdicts(IReadOnlyList<MailWork> work) => [.. work.Select(item => item.Sending).OfType<Task>()];

    /// <returns>Null when the mail is on the disk, else what its sender is told.</returns>
    private async Task<SmtpReply?> StoreAsync(
        AcceptedMail mail, MessageContent content, IReadOnlyList<Settlement> outcomes, IReadOnlyList<RefusedRecipient> refused, CancellationToken cancellation)
    {
        try
        {
            await spool.AcceptAsync(mail, content, outcomes, refused, cancellation);
            isStorageFailing = false;
            return null;
        }
        catch (Exception e)
        {
            isStorageFailing = e is not OperationCanceledException;
            if (isStorageFailing)
                LogNotStored(e, mail.Id);
            return StorageTrouble.Reply(e);
        }
    }

    private static MailVerdict Conclude(AcceptedMail accepted, Fate[] fates, IReadOnlyList<MailWork> work, SmtpReply? unfinished)
    {
        foreach (var item in work)
        {
            item.Conclude(unfinished);
            item.Tell(fates);
        }

        return Answer(accepted, fates);
    }

    private static IReadOnlyList<RefusedRecipient> Reported(AcceptedMail mail, Fate[] fates) =>
        [.. MixedFates.Reported(mail.Envelope, fates, mail.MayReport).Select(refused => refused with { Fingerprint = mail.Fingerprint?.For(refused.Recipient.Address) })];

    private static MailVerdict Everyone(Fate[] fates, SmtpReply reply) => new(reply, [.. fates.Select(_ => reply)]);

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
