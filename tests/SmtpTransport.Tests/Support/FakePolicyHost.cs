using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SmtpTransport.Tests.Support;

/// <summary>An HTTPS server that says one thing to everybody.</summary>
internal sealed class FakePolicyHost : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task serving;
    private int requests;

    public FakePolicyHost()
    {
        listener.Start();
        serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public required X509Certificate2 Certificate { get; set; }

    public string Status { get; set; } = "200 OK";

    public string ContentType { get; set; } = "text/plain";

    public string Text { get; set; } = "";

    public string Headers { get; set; } = "";

    public int Requests => requests;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await serving;
        stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(stop.Token);
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(Certificate, null, offline: true) }, stop.Token);
                using var reader = new StreamReader(tls, Encoding.ASCII, leaveOpen: true);
                while (await reader.ReadLineAsync(stop.Token) is { Length: > 0 })
                {
                }

                Interlocked.Increment(ref requests);
                await tls.WriteAsync(
                    Encoding.ASCII.GetBytes($"HTTP/1.1 {Status}\r\nContent-Type: {ContentType}\r\nContent-Length: {Text.Length}\r\n{Headers}Connection: close\r\n\r\n{Text}"),
                    stop.Token);
                await tls.ShutdownAsync();
            }
            catch (Exception end) when (end is IOException or System.Security.Authentication.AuthenticationException)
            {
                // The client does not like us.
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or InvalidOperationException)
            {
                return;
            }
        }
    }
}
