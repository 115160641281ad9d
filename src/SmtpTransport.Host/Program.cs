using SmtpTransport.Host.Commands;
using SmtpTransport.Host.Configuration;
using SmtpTransport.Host.Endpoints;
using SmtpTransport.Host.Telemetry;
using SmtpTransport.Host.Web;

namespace SmtpTransport.Host;

internal static class Program
{
    private static Task<int> Main(string[] args) => new CommandLine(Build, Console.Out, Console.Error).InvokeAsync(args);

    /// <summary>The whole program, wired and not yet started.</summary>
    internal static WebApplication Build(GatewayConfiguration configuration)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "smtp-transport" });
        builder
            .AddConfiguration(configuration)
            .AddStorage()
            .AddXmppComponent()
            .AddSmtpServer()
            .AddMailDelivery()
            .AddGateway()
            .AddWebEndpoints()
            .AddPages()
            .AddTelemetry();
        var app = builder.Build();
        app.MapHealth();
        app.MapMetrics();
        app.MapPages();
        app.ObserveGateway();
        return app;
    }
}
