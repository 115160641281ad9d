using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Metrics;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Host.Configuration;

namespace SmtpTransport.Host.Telemetry;

internal static class TelemetryServices
{
    /// <summary>Logs, one line each, and the metrics of docs/metrics.md.</summary>
    public static WebApplicationBuilder AddTelemetry(this WebApplicationBuilder builder)
    {
        // The framework's own remarks are for its developers; the configuration's rules come after these and win.
        builder.Logging
            .SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddConfiguration(builder.Configuration.GetSection(LoggingSection.Name))
            .AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>()
            .AddConsole(console => console.FormatterName ??= LineFormatter.FormatterName);
        builder.Services.AddMetrics();
        builder.Services
            .AddSingleton(services => Counting(services, meters => new GatewayMetrics(meters)))
            .AddSingleton(services => Counting(services, meters => new DeliveryMetrics(meters)))
            .AddSingleton(services => Counting(services, meters => new FetchMetrics(meters)))
            .AddSingleton(services => Counting(services, meters => new FileMetrics(meters)))
            .AddSingleton(services => Counting(services, meters => new PageMetrics(meters)));
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(GatewayMetrics.MeterName)
            .AddPrometheusExporter(prometheus =>
            {
                // Names and labels are a contract: nothing is added to them.
                prometheus.ScopeInfoEnabled = false;
                prometheus.TargetInfoEnabled = false;
                prometheus.ScrapeResponseCacheDurationMilliseconds = 0;
            }));
        return builder;
    }

    /// <summary>Counters start from zero with their owner, and are only counted for those who listen by then.</summary>
    private static T Counting<T>(IServiceProvider services, Func<IMeterFactory, T> metrics)
    {
        services.GetRequiredService<MeterProvider>();
        return metrics(services.GetRequiredService<IMeterFactory>());
    }

    public static void MapMetrics(this WebApplication app)
    {
        app.Services.GetRequiredService<GatewayMetrics>();
        app.Services.GetRequiredService<DeliveryMetrics>();
        app.Services.GetRequiredService<FetchMetrics>();
        app.Services.GetRequiredService<FileMetrics>();
        app.Services.GetRequiredService<PageMetrics>();
        app.MapPrometheusScrapingEndpoint("/metrics", meterProvider: null, MetricsText.Plain, optionsName: null);
    }
}
