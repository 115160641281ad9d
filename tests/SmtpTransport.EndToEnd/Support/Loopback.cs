using System.Net;
using System.Net.Sockets;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>Free ports below the ephemeral range, so that no outgoing connection takes one between our look and its use.</summary>
internal static class Loopback
{
    private const int First = 12_000;
    private const int Last = 31_000;

    private static int next = First + ((Environment.ProcessId * 97) % (Last - First));

    /// <summary>For another process. What listens in this one opens its port itself: a child that is just being forked holds ours for a moment more.</summary>
    public static int FreePort() => Open(port =>
    {
        using var tcp = Started(port);
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, port));
        return port;
    });

    public static TcpListener Listen() => Open(Started);

    public static UdpClient ListenForDatagrams() => Open(port => new UdpClient(new IPEndPoint(IPAddress.Loopback, port)));

    public static async Task<bool> AnswersAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static TcpListener Started(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }

    private static T Open<T>(Func<int, T> open)
    {
        while (true)
        {
            try
            {
                return open(First + (Interlocked.Increment(ref next) % (Last - First)));
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }
}
