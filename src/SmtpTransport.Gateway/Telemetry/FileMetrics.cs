using System.Diagnostics.Metrics;

namespace SmtpTransport.Gateway.Telemetry;

/// <summary>What became of the files of mails (docs/metrics.md).</summary>
public sealed class FileMetrics
{
    private readonly Counter<long> files;

    public FileMetrics(IMeterFactory meters)
    {
        files = meters.Create(GatewayMetrics.MeterName).CreateCounter<long>("smtptransport.files", "{file}", "Files of mails on their way to users, by what became of them.");
        foreach (var result in Enum.GetValues<FileResult>())
            files.Add(0, Result(result));
    }

    public void Placed(FileResult result) => files.Add(1, Result(result));

    private static KeyValuePair<string, object?> Result(FileResult result) => new("result", result.ToString().ToLowerInvariant());
}

/// <summary>The value of the label <c>result</c>.</summary>
public enum FileResult
{
    /// <summary>It is with the server's upload service.</summary>
    Uploaded,

    /// <summary>It is fetched from us.</summary>
    Linked,

    /// <summary>To be tried again.</summary>
    Deferred,

    /// <summary>Its reader was told.</summary>
    Failed,
}
