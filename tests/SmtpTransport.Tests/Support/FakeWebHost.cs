using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SmtpTransport.Tests.Support;

/// <summary>A web server that says to each request, octet by octet, what a test wants.</summary>
internal sealed class FakeWebHost : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task serving;

    public FakeWebHost()
    {
        listener.Start();
        serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>With one it speaks TLS.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Given the path: what is said, and then the connection ends.</summary>
    public required Func<string, Stream, Task> Answer { get; init; }

    /// <summary>The heads of all requests.</summary>
    public ConcurrentQueue<string> Heard { get; } = [];

    public static FakeWebHost Saying(string answer) => new() { Answer = (_, stream) => SayAsync(stream, answer) };

    public static FakeWebHost With(byte[] file, string headers = "Content-Type: application/octet-stream\r\n") => new()
    {
        Answer = async (_, stream) =>
        {
            await SayAsync(stream, $"HTTP/1.1 200 OK\r\n{headers}Content-Length: {file.Length}\r\nConnection: close\r\n\r\n");
            await stream.WriteAsync(file);
        },
    };

    public static Task SayAsync(Stream stream, string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await serving;
        stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await listener.AcceptTcpClientAsync(stop.Token));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        await using var closed = stop.Token.Register(client.Dispose);
        try
        {
            Stream stream = client.GetStream();
            if (Certificate is not null)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(Certificate, null, offline: true) });
                stream = tls;
            }

            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            var head = new StringBuilder();
            while (await reader.ReadLineAsync() is { Length: > 0 } line)
                head.Append(line).Append('\n');
            if (head.Length == 0)
                return;
            Heard.Enqueue(head.ToString());
            await Answer(head.ToString().Split(' ')[1], stream);
            if (stream is SslStream secure)
                await secure.ShutdownAsync();
        }
        catch (Exception end) when (end is IOException or SocketException or ObjectDisposedException or InvalidOperationException or System.Security.Authentication.AuthenticationException)
        {
            // The client has enough.
        }
    }
}
