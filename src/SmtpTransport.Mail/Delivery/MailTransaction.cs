using MailKit;

namespace SmtpTransport.Mail.Delivery;

/// <summary>What became of one mail on one connection: an outcome for each recipient, or the reason why there is none.</summary>
internal sealed class MailTransaction(string host, IReadOnlyList<EmailAddress> recipients, Action onContentSent) : ITransferProgress
{
    private readonly Dictionary<EmailAddress, DeliveryOutcome> outcomes = [];

    public IReadOnlyDictionary<EmailAddress, DeliveryOutcome> Outcomes => outcomes;

    /// <summary>Set when the conversation ended early: 421, silence, a lost connection.</summary>
    public DeliveryFailure? Broken { get; private set; }

    public bool ContentSent { get; private set; }

    /// <summary>All of the content was written and no reply came: nobody knows whether the mail was taken.</summary>
    public bool IsUnknown => ContentSent && Broken is { Host: null };

    /// <summary>RFC 5321 §4.5.3.1.10: 552 at RCPT means "too many recipients", which is 452; unless it is said of the mailbox.</summary>
    public void RefuseRecipient(string address, SmtpReply reply)
    {
        foreach (var recipient in recipients.Where(recipient => IsSpelled(recipient, address)))
            outcomes[recipient] = (reply.Code == 552 && !IsOfMailbox(reply) ? reply.AsTransient() : reply).ToOutcome(host);
    }

    public void Refuse(EmailAddress recipient, DeliveryOutcome outcome) => outcomes[recipient] = outcome;

    /// <summary>The sender or the mail itself is refused: what was said to RCPT is void.</summary>
    public void RefuseMail(DeliveryOutcome outcome)
    {
        outcomes.Clear();
        Settle(outcome);
    }

    /// <summary>The reply to DATA or to the content, for those whom RCPT did not refuse.</summary>
    public void Settle(DeliveryOutcome outcome)
    {
        foreach (var recipient in recipients)
            outcomes.TryAdd(recipient, outcome);
    }

    /// <param name="reason">With a host when it said so itself.</param>
    public void Break(DeliveryFailure reason) => Broken = reason;

    void ITransferProgress.Report(long bytesTransferred, long totalSize)
    {
        if (bytesTransferred < totalSize || ContentSent)
            return;
        ContentSent = true;
        onContentSent();
    }

    void ITransferProgress.Report(long bytesTransferred)
    {
    }

    // RFC 3463 §3.3 and §3.4: it is full, or takes no mail of this size.
    private static bool IsOfMailbox(SmtpReply reply) => reply.Enhanced is "5.2.2" or "5.2.3" or "5.3.4";

    // MailKit sends RCPT once for addresses that differ in case alone.
    private static bool IsSpelled(EmailAddress recipient, string address) =>
        address.Equals(recipient.ToEnvelope(), StringComparison.OrdinalIgnoreCase);
}
