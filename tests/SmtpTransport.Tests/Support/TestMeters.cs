using System.Diagnostics.Metrics;
using SmtpTransport.Gateway.Telemetry;

namespace SmtpTransport.Tests.Support;

/// <summary>Meters that nobody else listens to.</summary>
internal sealed class TestMeters : IMeterFactory
{
    public static GatewayMetrics Metrics() => new(new TestMeters());

    public static FetchMetrics Fetches() => new(new TestMeters());

    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }
}
