namespace SmtpTransport.Gateway.Spool;

/// <summary>What a worker does with what it claims, for one direction.</summary>
public interface ISpoolDelivery
{
    MailDirection Direction { get; }

    /// <summary>How many mails at a time.</summary>
    int Concurrency { get; }

    /// <summary>Destinations differ in speed: none of them may hold more places than it has <see cref="Room"/>.</summary>
    bool IsFair { get; }

    /// <summary>How many mails for one destination at a time.</summary>
    int Room(string destination);

    /// <summary>False while trying would be in vain, as with the XMPP link down.</summary>
    bool IsReady { get; }

    /// <summary>One attempt. Settles every recipient it was given.</summary>
    Task DeliverAsync(ClaimedMail mail, CancellationToken cancellation);
}
