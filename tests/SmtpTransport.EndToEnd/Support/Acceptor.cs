using System.Net;
using System.Net.Sockets;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>Serves each connection on its own, until the scenario is over. What a client breaks is its own affair.</summary>
internal sealed class Acceptor : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource ending = new();

    public Acceptor(TcpListener listener, Func<Stream, CancellationToken, Task> serve)
    {
        this.listener = listener;
        listener.Start();
        _ = AcceptAsync(serve);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>From now on nobody is let in.</summary>
    public void Close() => listener.Stop();

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Dispose();
        ending.Dispose();
    }

    private async Task AcceptAsync(Func<Stream, CancellationToken, Task> serve)
    {
        try
        {
            while (true)
                _ = ServeAsync(await listener.AcceptTcpClientAsync(ending.Token), serve);
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The scenario is over.
        }
    }

    private async Task ServeAsync(TcpClient client, Func<Stream, CancellationToken, Task> serve)
    {
        using var _ = client;
        client.NoDelay = true;
        try
        {
            await serve(client.GetStream(), ending.Token);
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The client's affair.
        }
    }
}
