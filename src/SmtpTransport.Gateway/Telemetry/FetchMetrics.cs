using System.Diagnostics.Metrics;

namespace SmtpTransport.Gateway.Telemetry;

/// <summary>What became of the files that users share (docs/metrics.md).</summary>
public sealed class FetchMetrics
{
    private readonly Counter<long> files;

    public FetchMetrics(IMeterFactory meters)
    {
        files = meters.Create(GatewayMetrics.MeterName).CreateCounter<long>("smtptransport.shared.files", "{file}", "Files that users share with contacts, by what became of them.");
        foreach (var result in Enum.GetValues<FetchResult>())
            Fetched(result, 0);
    }

    public void Fetched(FetchResult result, int count) => files.Add(count, new KeyValuePair<string, object?>("result", result.ToString().ToLowerInvariant()));
}

/// <summary>The value of the label <c>result</c>.</summary>
public enum FetchResult
{
    /// <summary>It went with the mail.</summary>
    Attached,

    /// <summary>The mail has its link, and the user was told why.</summary>
    Linked,

    /// <summary>To be tried again.</summary>
    Deferred,
}
