namespace SmtpTransport.Mail.Delivery;

/// <summary>Takes a mail to the next hop: MX or relay.</summary>
public interface IMailSender
{
    /// <summary>
    /// One attempt for recipients of one destination. Returns an outcome for each, in order; expected trouble (DNS, TLS, a
    /// refusal, a timeout) is an outcome, never an exception.
    /// </summary>
    Task<IReadOnlyList<DeliveryOutcome>> SendAsync(OutgoingMail mail, CancellationToken cancellation);

    /// <summary>How many mails for this domain it makes sense to bring at once; what it bears is learned as it goes.</summary>
    int Room(string domain);
}

/// <param name="Id">The mail id, for the log.</param>
/// <param name="ReversePath">Null for <c>&lt;&gt;</c>.</param>
/// <param name="Recipients">All of the same domain.</param>
/// <param name="Content">RFC 5322 bytes: a new seekable stream at each call.</param>
public sealed record OutgoingMail(string Id, EmailAddress? ReversePath, IReadOnlyList<EmailAddress> Recipients, Func<Stream> Content)
{
    /// <summary>REQUIRETLS (RFC 8689): only over authenticated TLS, and only to who promises the same.</summary>
    public bool RequireTls { get; init; }
}
