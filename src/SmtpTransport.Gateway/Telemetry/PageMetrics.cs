using System.Diagnostics.Metrics;

namespace SmtpTransport.Gateway.Telemetry;

/// <summary>What the public asks for under <c>/m/</c> (docs/metrics.md).</summary>
public sealed class PageMetrics
{
    private readonly Counter<long> requests;

    public PageMetrics(IMeterFactory meters)
    {
        requests = meters.Create(GatewayMetrics.MeterName).CreateCounter<long>("smtptransport.page.requests", "{request}", "Requests for what messages link to, by what came of it.");
        foreach (var result in Enum.GetValues<PageResult>())
            requests.Add(0, Result(result));
    }

    public void Requested(PageResult result) => requests.Add(1, Result(result));

    private static KeyValuePair<string, object?> Result(PageResult result) => new("result", result.ToString().ToLowerInvariant());
}

/// <summary>The value of the label <c>result</c>.</summary>
public enum PageResult
{
    Shown,

    /// <summary>A link was ended by somebody who had it.</summary>
    Revoked,

    /// <summary>The link is not good, or what it names is not there.</summary>
    Unknown,

    /// <summary>Too many were asked for at once, or a mail could not be read.</summary>
    Failed,
}
