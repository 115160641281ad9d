using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>A web server of a stranger's: whatever asks it for anything is heard.</summary>
internal sealed class Canary : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> heard = [];
    private readonly CancellationTokenSource ending = new();

    public Canary()
    {
        listener.Start();
        _ = AcceptAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    /// <summary>What it answers with to everybody.</summary>
    public string Page { get; init; } = "";

    /// <summary>Each request: its first line and its header.</summary>
    public IReadOnlyList<string> Heard => [.. heard];

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Dispose();
        ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await listener.AcceptTcpClientAsync(ending.Token));
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The scenario is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var lines = new LineReader(client.GetStream());
            var request = new StringBuilder();
            while (await lines.ReadAsync(ending.Token) is { Length: > 0 } line)
                request.Append(Encoding.ASCII.GetString(line)).Append('\n');
            if (request.Length == 0)
                return;
            heard.Enqueue(request.ToString());
            await client.GetStream().WriteAsync(
                Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {Page.Length}\r\nConnection: close\r\n\r\n{Page}"), ending.Token);
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The browser's affair.
        }
    }
}
