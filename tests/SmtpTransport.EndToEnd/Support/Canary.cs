using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>A web server of a stranger's: whatever asks it for anything is heard.</summary>
internal sealed class Canary : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> heard = [];
    private readonly Acceptor clients;

    public Canary() => clients = new Acceptor(Loopback.Listen(), ServeAsync);

    public string Url => $"http://127.0.0.1:{clients.Port}";

    /// <summary>What it answers with to everybody.</summary>
    public string Page { get; init; } = "";

    /// <summary>Each request: its first line and its header.</summary>
    public IReadOnlyList<string> Heard => [.. heard];

    public ValueTask DisposeAsync() => clients.DisposeAsync();

    private async Task ServeAsync(Stream client, CancellationToken ending)
    {
        var lines = new LineReader(client);
        var request = new StringBuilder();
        while (await lines.ReadAsync(ending) is { Length: > 0 } line)
            request.Append(Encoding.ASCII.GetString(line)).Append('\n');
        if (request.Length == 0)
            return;
        heard.Enqueue(request.ToString());
        await client.WriteAsync(
            Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {Page.Length}\r\nConnection: close\r\n\r\n{Page}"), ending);
    }
}
