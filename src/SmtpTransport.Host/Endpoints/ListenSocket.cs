using System.Net;
using System.Net.Sockets;
using SmtpTransport.Host.Configuration;

namespace SmtpTransport.Host.Endpoints;

/// <summary>How our listeners are bound.</summary>
internal static class ListenSocket
{
    /// <summary><c>[::]</c> takes IPv4 too, as is usual on Linux, unless IPv4 has a listener of its own at that port.</summary>
    public static Socket Bind(IPEndPoint endpoint, Listeners listeners)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endpoint.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = !listeners.All.Any(other => other.AddressFamily == AddressFamily.InterNetwork && other.Port == endpoint.Port);
            socket.Bind(endpoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
