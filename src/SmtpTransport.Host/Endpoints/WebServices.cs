using Microsoft.AspNetCore.Server.Kestrel.Core;
using SmtpTransport.Host.Configuration;

namespace SmtpTransport.Host.Endpoints;

internal static class WebServices
{
    /// <summary>Design §7: running transactions have this long to finish after SIGTERM.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(30);

    /// <summary>Kestrel, which carries the HTTP endpoints and the SMTP connections.</summary>
    public static WebApplicationBuilder AddWebEndpoints(this WebApplicationBuilder builder)
    {
        builder.WebHost.UseKestrelCore().UseSockets(sockets =>
        {
            // A session answers line by line and never blocks: handing each line from thread to thread would cost more than
            // the work, and so would asking twice whether there is something to read. 4 KiB for each open connection.
            sockets.UnsafePreferInlineScheduling = true;
            sockets.WaitForDataBeforeAllocatingBuffer = false;
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopWithin);
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<Listeners>((kestrel, listeners) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(listeners.Web);
        });
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddHostedService<Announcement>();
        return builder;
    }
}
