namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>How much one user may send (configuration section <c>Delivery</c>); 0 means no limit.</summary>
public sealed record SendingLimits
{
    public int MessagesPerHour { get; init; } = 120;

    /// <summary>How many of them at once; with 0 all that an hour has.</summary>
    public int Burst { get; init; } = 30;

    /// <summary>Of all messages of a day (UTC).</summary>
    public int RecipientsPerDay { get; init; } = 1000;

    /// <summary>Addresses that the user has never written to before.</summary>
    public int NewRecipientsPerDay { get; init; } = 200;
}
