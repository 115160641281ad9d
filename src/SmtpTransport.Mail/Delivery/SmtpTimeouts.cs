namespace SmtpTransport.Mail.Delivery;

/// <summary>How long each step of a conversation may take. RFC 5321 §4.5.3.2 where we have no better reason.</summary>
internal sealed record SmtpTimeouts
{
    /// <summary>A host that does not answer SYN is down; the next one waits.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Greeting, EHLO, STARTTLS, MAIL, RCPT, DATA. RFC 5321 §4.5.3.2.1 to .4 ask for 2 to 5 minutes; those who make
    /// strangers wait do so for seconds, and a chat waits at our end.
    /// </summary>
    public TimeSpan Reply { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>More for each RCPT that is sent without waiting for the reply to the one before.</summary>
    public TimeSpan PipelinedRecipient { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>RFC 5321 §4.5.3.2.5.</summary>
    public TimeSpan DataBlock { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>RFC 5321 §4.5.3.2.6: giving up too early makes duplicates.</summary>
    public TimeSpan FinalDot { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The mail is through; nobody waits for the 221.</summary>
    public TimeSpan Quit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>No further host is dialled after this long.</summary>
    public TimeSpan Dialling { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>All of one attempt: who takes his time over every single step must not keep a mail from ever being given up.</summary>
    public TimeSpan Attempt { get; init; } = TimeSpan.FromMinutes(20);
}
