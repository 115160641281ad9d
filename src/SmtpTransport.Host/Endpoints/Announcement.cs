using SmtpTransport.Host.Configuration;

namespace SmtpTransport.Host.Endpoints;

/// <summary>What an operator wants to see in the log at the start and the end.</summary>
internal sealed partial class Announcement(GatewayConfiguration configuration, IHostApplicationLifetime lifetime, ILogger<Announcement> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var warning in configuration.Warnings)
            LogWarning(warning);
        lifetime.ApplicationStarted.Register(() => LogListening(
            string.Join(", ", configuration.Listen.Smtp), configuration.Listen.Web.ToString(), configuration.Component.Domain.ToString()));
        lifetime.ApplicationStopping.Register(LogStopping);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        LogStopped();
        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Warning, "{Warning}")]
    private partial void LogWarning(string warning);

    [LoggerMessage(LogLevel.Information, "Listening for mail on {Smtp}, for HTTP on {Web}; the component is {Component}")]
    private partial void LogListening(string smtp, string web, string component);

    [LoggerMessage(LogLevel.Information, "Stopping: no new mail, running transactions finish")]
    private partial void LogStopping();

    [LoggerMessage(LogLevel.Information, "Stopped")]
    private partial void LogStopped();
}
