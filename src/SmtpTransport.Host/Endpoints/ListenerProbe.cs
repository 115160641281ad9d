using System.Net.Sockets;
using SmtpTransport.Host.Configuration;

namespace SmtpTransport.Host.Endpoints;

/// <summary>Sees whether our endpoints can be had, before there is anything to undo.</summary>
internal static class ListenerProbe
{
    /// <exception cref="IOException">One of them cannot.</exception>
    public static void Check(Listeners listeners)
    {
        foreach (var endpoint in listeners.All)
            try
            {
                using var socket = ListenSocket.Bind(endpoint, listeners);
                socket.Listen();
            }
            catch (SocketException fault)
            {
                throw new IOException($"Failed to bind to {endpoint}: {fault.Message}.", fault);
            }
    }
}
