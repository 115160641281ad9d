using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace SmtpTransport.Tests.Support;

/// <summary>
/// A mail server that does as it is told and remembers what it heard. Stages: banner ehlo helo starttls auth mail rcpt data
/// bdat eod rset noop quit.
/// </summary>
internal sealed class FakeMx : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource stop = new();
    private readonly List<FakeMxRule> rules = [];
    private readonly ConcurrentDictionary<Task, bool> sessions = [];
    private readonly Task accepting;
    private readonly ConcurrentQueue<string> heard = [];
    private readonly Dictionary<string, TaskCompletionSource> awaited = [];
    private int connections;
    private int open;

    public FakeMx(string address = "127.0.0.1", int port = 0)
    {
        listener = new TcpListener(IPAddress.Parse(address), port);
        listener.Start();
        accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndpoint;

    public int Port => EndPoint.Port;

    public string Name { get; init; } = "mx.test";

    public IReadOnlyList<string> Extensions { get; set; } = ["PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"];

    /// <summary>Offered inside TLS; null: the same.</summary>
    public IReadOnlyList<string>? ExtensionsInTls { get; set; }

    /// <summary>With it STARTTLS is offered.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Shown along with it.</summary>
    public X509Certificate2Collection Intermediates { get; set; } = [];

    public bool ImplicitTls { get; set; }

    /// <summary>Before each octet of a reply, when replies go out one by one.</summary>
    public Func<Task>? BeforeOctet { get; set; }

    /// <summary>Commands of all connections as they came.</summary>
    public IReadOnlyList<string> Heard => [.. heard];

    /// <summary>Contents of the mails that came whole, taken or not, dots unstuffed, as Latin-1.</summary>
    public ConcurrentQueue<string> Mails { get; } = [];

    public int Connections => connections;

    /// <summary>The most connections that were open at one time.</summary>
    public int MostOpen { get; private set; }

    /// <summary>From now on (for the next <paramref name="times"/> times): say this at that stage.</summary>
    /// <param name="silent">Says nothing and listens on.</param>
    /// <param name="deaf">Says it and never reads again.</param>
    public FakeMx When(string stage, string? say = null, string match = "", int times = int.MaxValue, bool hangUp = false, bool silent = false, bool deaf = false)
    {
        lock (rules)
            rules.Add(new FakeMxRule(stage, say, match, hangUp, silent, deaf) { Left = times });
        return this;
    }

    /// <summary>Completes when a command that begins so has been heard, or "gone" when a client has left.</summary>
    public Task Hears(string command)
    {
        lock (awaited)
        {
            if (heard.Any(line => line.StartsWith(command, StringComparison.OrdinalIgnoreCase)))
                return Task.CompletedTask;
            if (!awaited.TryGetValue(command, out var waiting))
                awaited[command] = waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return waiting.Task;
        }
    }

    public int Count(string command) => heard.Count(line => line.StartsWith(command, StringComparison.OrdinalIgnoreCase));

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        await Task.WhenAll(sessions.Keys);
    }

    internal FakeMxRule? Rule(string stage, string text)
    {
        lock (rules)
        {
            var rule = rules.LastOrDefault(rule => rule.Left > 0 && rule.Stage == stage && text.Contains(rule.Match, StringComparison.OrdinalIgnoreCase));
            if (rule is not null)
                rule.Left--;
            return rule;
        }
    }

    internal void Note(string line)
    {
        lock (awaited)
        {
            heard.Enqueue(line);
            foreach (var (command, waiting) in awaited)
            {
                if (line.StartsWith(command, StringComparison.OrdinalIgnoreCase))
                    waiting.TrySetResult();
            }
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(stop.Token);
                socket.NoDelay = true;
                var session = ServeAsync(socket);
                sessions[session] = true;
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        Interlocked.Increment(ref connections);
        lock (awaited)
            MostOpen = Math.Max(MostOpen, ++open);
        using (socket)
        {
            try
            {
                Stream stream = new NetworkStream(socket);
                if (ImplicitTls)
                    stream = await FakeMxSession.SecureAsync(stream, this, stop.Token);
                await new FakeMxSession(this, stream, stop.Token).RunAsync();
            }
            catch (Exception end) when (end is IOException or OperationCanceledException or SocketException or AuthenticationException)
            {
                // The client has gone, or we have.
            }
        }

        lock (awaited)
            open--;
        Note("gone");
    }
}

internal sealed record FakeMxRule(string Stage, string? Say, string Match, bool HangUp, bool Silent, bool Deaf)
{
    public int Left { get; set; }
}
