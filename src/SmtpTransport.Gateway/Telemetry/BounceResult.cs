namespace SmtpTransport.Gateway.Telemetry;

/// <summary>What a bounce at one of our return paths came to: the label <c>result</c>.</summary>
public enum BounceResult
{
    /// <summary>The user was told that the mail failed.</summary>
    Failed,

    /// <summary>The user was told that it is late.</summary>
    Delayed,

    /// <summary>A report of success: nothing to say.</summary>
    Success,

    /// <summary>The user knew.</summary>
    Repeated,

    /// <summary>The mail has several recipients, and none is named so: the user was told the name in the report.</summary>
    Unmatched,
}
