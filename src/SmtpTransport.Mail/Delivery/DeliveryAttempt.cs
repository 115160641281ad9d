namespace SmtpTransport.Mail.Delivery;

/// <summary>One attempt at one mail: who has an outcome, who still waits for one, and what was last said.</summary>
internal sealed class DeliveryAttempt(OutgoingMail mail)
{
    private readonly Dictionary<EmailAddress, DeliveryOutcome> outcomes = [];
    private DeliveryFailure? lastWords;

    public bool IsOver => outcomes.Count == mail.Recipients.Distinct().Count();

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
        // The mail may have been taken: asking another host at once would make a duplicate of it.
        if (transaction.ContentSent)
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
