using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using SmtpTransport.Host.Configuration;

namespace SmtpTransport.Host.Endpoints;

internal static class WebServices
{
    /// <summary>Deliveries that are under way still have a moment when the last session has used up its time.</summary>
    private static readonly TimeSpan StopWithin = SmtpDrain.AtMost + TimeSpan.FromSeconds(5);

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
        builder.Services.AddOptions<SocketTransportOptions>().Configure<Listeners>((sockets, listeners) =>
            sockets.CreateBoundListenSocket = endpoint => ListenSocket.Bind((IPEndPoint)endpoint, listeners));
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
