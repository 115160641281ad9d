namespace SmtpTransport.Mail.Smtp;

// The part of the conversation that carries the message.
internal sealed partial class SmtpSession
{
    private async ValueTask DataAsync()
    {
        Say(Replies.StartMail);
        var (message, pace) = transaction!.Open(options, time);
        if (Arrived(await content.ReadDataAsync(message, pace)))
            await FinishAsync(message);
    }

    // RFC 3030 §2: a refused chunk is read to its end, and so are the following ones, up to the last.
    private async ValueTask BdatAsync(SmtpCommand.Bdat bdat, SmtpReply? refusal)
    {
        if (refusal is not null)
        {
            if (Arrived(await content.ReadChunkAsync(bdat.Size, null, new ContentPace(options.DataTimeout, time))))
                await RefuseAsync(refusal.Value);
            return;
        }
        var (message, pace) = transaction!.Open(options, time);
        if (!Arrived(await content.ReadChunkAsync(bdat.Size, message, pace)))
            return;
        if (bdat.Last)
            await FinishAsync(message);
        else if (bdat.Size == 0 && ++junk > SmtpLimits.JunkCommands)
            End(Replies.TooMuchJunk);
        else
            Say(message.Refusal ?? Replies.Ok);
    }

    private bool Arrived(ContentEnd end)
    {
        switch (end)
        {
            case ContentEnd.TooSlow:
                End(Replies.TooSlow);
                break;
            case ContentEnd.Lost:
                ended = true;
                LogLost(address, State, MailId);
                break;
        }
        return end == ContentEnd.Complete;
    }

    private async ValueTask FinishAsync(IncomingMessage message)
    {
        var (sender, envelope) = (transaction!.Client, transaction.Envelope);
        await using var complete = message.Complete();
        var verdict = complete is null
            ? new MailVerdict(message.Refusal!.Value, [])
            : await receiver.ReceiveAsync(sender, envelope, complete, CancellationToken.None);
        // PRDR as Exim speaks it: only where there is a choice, and only for a message that was judged.
        if (envelope is { PerRecipientReplies: true, Recipients.Count: > 1 } && verdict.PerRecipient.Count == envelope.Recipients.Count)
        {
            Say(Replies.PerRecipient);
            foreach (var reply in verdict.PerRecipient)
                Say(reply);
        }
        Say(verdict.Reply);
        if (verdict.Reply.IsPositive)
            errors = 0;
        (junk, deferrals) = (0, 0);
        Reset();
    }
}
