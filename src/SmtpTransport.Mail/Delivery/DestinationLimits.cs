namespace SmtpTransport.Mail.Delivery;

/// <summary>What one destination is asked to bear.</summary>
internal sealed record DestinationLimits
{
    public static readonly DestinationLimits Default = new();

    /// <summary>At once, to a destination that we know nothing of.</summary>
    public int FirstConnections { get; init; } = 2;

    /// <summary>At once, however well it goes.</summary>
    public int Connections { get; init; } = 20;

    public int MailsPerConnection { get; init; } = 100;

    /// <summary>Common servers hang up after 5 minutes of silence; we leave before they do.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(2);
}
