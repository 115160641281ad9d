namespace SmtpTransport.Mail.Delivery;

/// <summary>One attempt at one mail: who has an outcome, who still waits for one, and what was last said.</summary>
internal sealed class DeliveryAttempt(OutgoingMail mail, OutgoingContent content)
{
    private readonly Dictionary<EmailAddress, DeliveryOutcome> outcomes = [];
    private DeliveryFailure? lastWords;
    private bool isHopeless = true;

    public OutgoingMail Mail => mail;

    public OutgoingContent Content => content;

    /// <summary>All recipients are of one domain.</summary>
    public string Domain => mail.Recipients[0].Domain;

    public bool NeedsSmtpUtf8 { get; } = content.HasInternationalHeader
        || mail.ReversePath is { NeedsSmtpUtf8: true } || mail.Recipients.Any(recipient => recipient.NeedsSmtpUtf8);

    public TlsWish Tls { get; } = (mail.RequireTls, content.WaivesTls) switch
    {
        // RFC 8689 §4.1: the envelope has the last word.
        (true, _) => TlsWish.Required,
        (_, true) => TlsWish.Waived,
        _ => TlsWish.None,
    };

    public bool IsOver => Pending.Count == 0;

    public IReadOnlyList<EmailAddress> Pending => mail.Recipients.Where(recipient => !outcomes.ContainsKey(recipient)).Distinct().ToList();

    /// <summary>In the order of the recipients.</summary>
    public IReadOnlyList<DeliveryOutcome> Outcomes => mail.Recipients.Select(recipient => outcomes[recipient]).ToList();

    /// <summary>Some host was spoken to.</summary>
    public bool WasHeard { get; private set; }

    /// <summary>What all this tells about the destination.</summary>
    public DestinationSignal Signal()
    {
        var troubles = outcomes.Values.Select(Why).OfType<DeliveryFailure>().ToList();
        if (troubles.Find(IsComplaint) is { } complaint)
            return new DestinationSignal.Suspended(complaint);
        if (outcomes.Values.Any(outcome => outcome is DeliveryOutcome.Delivered))
            return new DestinationSignal.Taken();
        if (troubles.Exists(IsOverload))
            return new DestinationSignal.Overloaded();
        return !WasHeard && lastWords is { } silence ? new DestinationSignal.Unreachable(silence) : DestinationSignal.None;
    }

    public void Note(DeliveryFailure words)
    {
        lastWords = words;
        isHopeless &= words.Reply.IsPermanent;
    }

    public void Take(MailTransaction transaction)
    {
        WasHeard = true;
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

    /// <summary>Nobody is left to ask. What no host can do now none will do later.</summary>
    public void GiveUp() => End(lastWords is { } words && isHopeless
        ? new DeliveryOutcome.Failed(words)
        : new DeliveryOutcome.Deferred(lastWords is { Reply.IsPermanent: false } passing ? passing : new DeliveryFailure(new SmtpReply(451, "4.4.1", "No host answers"))));

    private static DeliveryFailure? Why(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Deferred deferred => deferred.Why,
        DeliveryOutcome.Failed failed => failed.Why,
        _ => null,
    };

    // What a server says for good about its block lists is about this mail and its like; each may ask for itself.
    private static bool IsComplaint(DeliveryFailure failure) => failure.Host is not null && ProviderTexts.Classify(failure.Reply) switch
    {
        ReplyClass.RateLimited => true,
        ReplyClass.Blocked => failure.Reply.IsTransient,
        _ => false,
    };

    private static bool IsOverload(DeliveryFailure failure) =>
        failure is { Host: not null, Reply: { IsTransient: true } reply }
        && (reply.Code == 421 || reply.Enhanced.StartsWith("4.7.", StringComparison.Ordinal))
        && ProviderTexts.Classify(reply) is not (ReplyClass.Mailbox or ReplyClass.ConnectionSpent);
}
