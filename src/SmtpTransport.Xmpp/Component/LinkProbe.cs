using System.Net.Sockets;

namespace SmtpTransport.Xmpp.Component;

/// <summary>Binds once, to see whether it would work.</summary>
public static class LinkProbe
{
    /// <summary>Null when the server took us; otherwise what is wrong, with the cure.</summary>
    public static async Task<string?> BindAsync(ComponentOptions options, CancellationToken cancellation)
    {
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(options.Server, cancellation);
            await using var stream = await ComponentStream.OpenAsync(new NetworkStream(socket), options, cancellation);
            await stream.CloseAsync();
            return null;
        }
        catch (Exception fault) when (fault is IOException or SocketException or XmppStreamException)
        {
            return Reconnection.Describe(fault, options);
        }
    }
}
