using System.Net;
using System.Net.Sockets;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>Free ports below the ephemeral range, so that no outgoing connection takes one between our look and its use.</summary>
internal static class Loopback
{
    private const int First = 12_000;
    private const int Last = 31_000;

    private static int next = First + ((Environment.ProcessId * 97) % (Last - First));

    public static int FreePort()
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref next) % (Last - First));
            try
            {
                using var tcp = new TcpListener(IPAddress.Loopback, port);
                tcp.Start();
                using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }

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
}
