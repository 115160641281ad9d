using System.Net;
using Microsoft.AspNetCore.Connections;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Host.Endpoints;

/// <summary>Kestrel accepts connections; the SMTP engine talks on them.</summary>
internal sealed class SmtpConnectionHandler(SmtpServer server, SmtpDrain drain) : ConnectionHandler
{
    public override Task OnConnectedAsync(ConnectionContext connection) =>
        drain.WatchAsync(server.RunAsync(connection.Transport, ((IPEndPoint)connection.RemoteEndPoint!).Address, drain.Draining));
}
