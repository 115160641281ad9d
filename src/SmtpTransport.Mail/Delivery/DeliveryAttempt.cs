namespace SmtpTransport.Mail.Delivery;

/// <summary>One attempt at one mail: who has an outcome, who still waits for one, and what was last said.</summary>
internal sealed class DeliveryAttempt(OutgoingMail mail, OutgoingContent content)
{
    private readonly Dictionary<EmailAddress, DeliveryOutcome> outcomes = [];
    private DeliveryFailure? lastWords;

    public OutgoingMail Mail => mail;

    public OutgoingContent Content => content;

    /// <summary>All recipients are of one domain.</summary>
    public string Domain => mail.Recipients[0].Domain;

    public bool NeedsSmtpUtf8 { get; } = content.HasInternationalHeader
        || mail.ReversePath is { NeedsSmtpUtf8: true } || mail.Recipients.Any(recipient => recipient.NeedsSmtpUtf8);

    public bool IsOver => Pending.Count == 0;

    public IReadOnlyList<EmailAddress> Pending => mail.Recipients.Where(recipient => !outcomes.ContainsKey(recipient)).Distinct().ToList();

    /// <summary>In the order of the recipients.</summary>
    public IReadOnlyList<DeliveryOutcome> Outcomes => mail.Recipients.Select(recipient => outcomes[recipient]).ToList();

    public void Note(DeliveryFailure words) => lastWords = words;

    public void Take(MailTransaction transaction)
    {
        foreach (var (recipient, outcome) in transaction.Outcomes)
            outcomes[recipient] = outcome;
        if (transaction.Broken is not { } broken)
            return;
        Note(broken);
        // RFC 1047: asking another host at once could make a duplicate.
        if (transaction.IsUnknown)
            End(new DeliveryOutcome.Deferred(broken));
    }

    /// <summary>The same outcome for all who still wait.</summary>
    public void End(DeliveryOutcome outcome)
    {
        foreach (var recipient in mail.Recipients)
            outcomes.TryAdd(recipient, outcome);
    }

    /// <summary>Nobody is left to ask.</summary>
    public void GiveUp() => End(new DeliveryOutcome.Deferred(lastWords ?? new DeliveryFailure(new SmtpReply(451, "4.4.1", "No host answers"))));
}
