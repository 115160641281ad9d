using SmtpTransport.Gateway.Storage;
using SmtpTransport.Host.Configuration;
using SmtpTransport.Host.Endpoints;

namespace SmtpTransport.Host.Commands;

/// <summary><c>run</c>: the gateway itself, until SIGTERM or Ctrl-C.</summary>
internal sealed class RunCommand(Func<GatewayConfiguration, WebApplication> build)
{
    public async Task<int> RunAsync(GatewayConfiguration configuration, CancellationToken cancellation)
    {
        // Before anything is touched: a second gateway by mistake must not take over the first one's queue and link.
        ListenerProbe.Check(configuration.Listen);
        await using var app = build(configuration);
        app.Services.GetRequiredService<StorageLock>().Take();
        try
        {
            await app.StartAsync(cancellation);
            await app.WaitForShutdownAsync(cancellation);
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Sessions that were still open when the time was up have been cut; their senders hold their mails.
        }

        return HasBroken(app) ? ExitCode.Wrong : ExitCode.Ok;
    }

    /// <summary>The host also stops when one of its services breaks; then a supervisor should start us again.</summary>
    private static bool HasBroken(WebApplication app) =>
        app.Services.GetServices<IHostedService>().OfType<BackgroundService>().Any(service => service.ExecuteTask is { IsFaulted: true });
}
