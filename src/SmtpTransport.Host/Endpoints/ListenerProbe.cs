using System.Net.Sockets;
using SmtpTransport.Host.Configuration;

namespace SmtpTransport.Host.Endpoints;

/// <summary>Sees whether our endpoints can be had, before there is anything to undo.</summary>
internal static class ListenerProbe
{
    /// <exception cref="IOException">One of them cannot.</exception>
    public static void Check(Listeners listeners)
    {
        foreach (var endpoint in listeners.Smtp.Append(listeners.Web))
            try
            {
                using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(endpoint);
                socket.Listen();
            }
            catch (SocketException fault)
            {
                throw new IOException($"Failed to bind to {endpoint}: {fault.Message}.", fault);
            }
    }
}
