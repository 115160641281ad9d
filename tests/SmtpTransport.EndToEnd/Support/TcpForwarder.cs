using System.Net;
using System.Net.Sockets;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>Stands before a service, so that a scenario can take it away and give it back.</summary>
internal sealed class TcpForwarder : IAsyncDisposable
{
    private TcpListener? listener;

    public int Port { get; } = Loopback.FreePort();

    /// <summary>Until this is called nobody answers.</summary>
    public void Open(int target)
    {
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        _ = AcceptAsync(listener, target);
    }

    public ValueTask DisposeAsync()
    {
        listener?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task AcceptAsync(TcpListener listener, int target)
    {
        try
        {
            while (true)
                _ = ForwardAsync(await listener.AcceptTcpClientAsync(), target);
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The scenario is over.
        }
    }

    private static async Task ForwardAsync(TcpClient client, int target)
    {
        using var _ = client;
        using var service = new TcpClient();
        try
        {
            await service.ConnectAsync(IPAddress.Loopback, target);
            await Task.WhenAny(client.GetStream().CopyToAsync(service.GetStream()), service.GetStream().CopyToAsync(client.GetStream()));
        }
        catch (Exception broken) when (broken is SocketException or IOException)
        {
            // One of the two has gone.
        }
    }
}
