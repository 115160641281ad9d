namespace SmtpTransport.Mail.Delivery;

/// <summary>What one destination is asked to bear. Constant for every destination so far.</summary>
internal sealed record DestinationLimits
{
    public static readonly DestinationLimits Default = new();

    public int Connections { get; init; } = 20;

    public int MailsPerConnection { get; init; } = 100;

    /// <summary>Common servers hang up after 5 minutes of silence; we leave before they do.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(2);
}
