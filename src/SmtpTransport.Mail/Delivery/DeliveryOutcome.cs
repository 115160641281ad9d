namespace SmtpTransport.Mail.Delivery;

/// <summary>What became of one recipient in one attempt (reference: RFC 5321 §4.2.1, RFC 3463).</summary>
public abstract record DeliveryOutcome
{
    private DeliveryOutcome()
    {
    }

    /// <summary>The next hop said 2xx after the final dot.</summary>
    public sealed record Delivered(SmtpReply Reply, string Host) : DeliveryOutcome;

    /// <summary>Worth another try.</summary>
    public sealed record Deferred(DeliveryFailure Why) : DeliveryOutcome;

    public sealed record Failed(DeliveryFailure Why) : DeliveryOutcome;
}

/// <summary>Why a mail did not go through, as a reply: the remote server's own, or ours in the same form (4.4.3, 5.1.2 ...).</summary>
/// <param name="Host">The server that said it; null when it is our own finding.</param>
public sealed record DeliveryFailure(SmtpReply Reply, string? Host = null)
{
    public override string ToString() => Host is null ? Reply.ToString() : $"{Reply} ({Host})";
}
