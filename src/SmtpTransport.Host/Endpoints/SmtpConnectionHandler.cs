using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Host.Endpoints;

/// <summary>Kestrel accepts, counts and drains connections; the SMTP engine talks on them.</summary>
internal sealed class SmtpConnectionHandler(SmtpServer server) : ConnectionHandler
{
    public override Task OnConnectedAsync(ConnectionContext connection)
    {
        // Set when Kestrel stops; it then waits for the sessions up to the host's shutdown timeout.
        var draining = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        return server.RunAsync(connection.Transport, ((IPEndPoint)connection.RemoteEndPoint!).Address, draining);
    }
}
