namespace SmtpTransport.Gateway.Telemetry;

/// <summary>What became of what a sender was to be told: the label <c>result</c> of the reports.</summary>
public enum ReportResult
{
    Written,

    Delivered,

    /// <summary>It could not be delivered itself.</summary>
    Dropped,

    /// <summary>A mail failed after our 250, and its sender is not verified or is a machine.</summary>
    Withheld,
}
