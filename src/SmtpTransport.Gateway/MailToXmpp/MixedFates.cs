using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>What became of a mail for one recipient, as far as its SMTP session is concerned.</summary>
public abstract record Fate
{
    private Fate()
    {
    }

    /// <summary>With the XMPP server, now or at the first try of this very mail.</summary>
    public sealed record Taken : Fate;

    /// <summary>On our disk; delivery goes on from there.</summary>
    public sealed record Spooled : Fate;

    public sealed record Refused(SmtpReply Reply) : Fate;
}

/// <summary>One answer for recipients of different fates (design §3). Pure.</summary>
internal static class MixedFates
{
    /// <param name="fates">For each accepted RCPT, in order.</param>
    /// <param name="accepted">The reply for a mail that was taken.</param>
    /// <param name="mayReport">The sender may be told of refusals by a report.</param>
    public static MailVerdict Answer(Envelope envelope, IReadOnlyList<Fate> fates, SmtpReply accepted, bool mayReport)
    {
        var each = fates.Select(fate => fate is Fate.Refused refused ? refused.Reply : accepted).ToList();
        var refusals = each.Where(reply => !reply.IsPositive).ToList();
        if (refusals.Count == 0 || (refusals.Count < each.Count && (envelope.PerRecipientReplies || Reported(envelope, fates, mayReport).Count > 0)))
            return new MailVerdict(accepted, each);

        // A temporary refusal wins: the sender's retry shows nothing twice, for what was taken is remembered.
        var worst = refusals.FirstOrDefault(reply => reply.IsTransient, refusals[0]);
        return new MailVerdict(each.Count == 1 ? worst : worst with { Text = Explain(envelope, fates, worst) }, each);
    }

    /// <summary>The refused whom a report names after a 250: only where nothing else tells the sender, and all of it is final.</summary>
    public static IReadOnlyList<RefusedRecipient> Reported(Envelope envelope, IReadOnlyList<Fate> fates, bool mayReport)
    {
        var refused = envelope.Recipients.Zip(fates).Where(pair => pair.Second is Fate.Refused).Select(pair => (Recipient: pair.First, ((Fate.Refused)pair.Second).Reply)).ToList();
        return mayReport && !envelope.PerRecipientReplies && refused.Count < fates.Count && refused.TrueForAll(each => !each.Reply.IsTransient)
            ? [.. refused.Select(each => new RefusedRecipient(each.Recipient, each.Reply.ToString()))]
            : [];
    }

    /// <summary>Names who got it and who did not: no report may follow later.</summary>
    private static string Explain(Envelope envelope, IReadOnlyList<Fate> fates, SmtpReply worst)
    {
        // RFC 6531 §3.7.4.2: UTF-8 in replies only for clients that have used it.
        var recipients = envelope.Recipients
            .Zip(fates, (recipient, fate) => (Address: envelope.SmtpUtf8 ? recipient.Address.ToString() : recipient.Address.ToAscii(), Fate: fate)).ToList();
        var delivered = recipients.Where(r => IsDelivered(r.Fate, worst)).Select(r => $"delivered to <{r.Address}>");
        var refused = recipients.Where(r => !IsDelivered(r.Fate, worst))
            .Select(r => $"not delivered to <{r.Address}>: {(r.Fate is Fate.Refused f ? Flat(f.Reply.Text) : "left to your next attempt")}");
        return string.Join('\n', [Flat(worst.Text), .. delivered, .. refused]);
    }

    /// <summary>What waits in the spool is withdrawn when the session ends in 4xx.</summary>
    private static bool IsDelivered(Fate fate, SmtpReply worst) => fate is Fate.Taken || (fate is Fate.Spooled && !worst.IsTransient);

    private static string Flat(string text) => text.ReplaceLineEndings(" ");
}
