using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>HTTPS on port 443 of a loopback address of its own, with one text for everybody. It needs root.</summary>
internal sealed class PolicyHost : IAsyncDisposable
{
    private static int last = Environment.ProcessId % 200;

    private readonly X509Certificate2 certificate;
    private readonly string text;
    private readonly TcpListener listener;
    private readonly CancellationTokenSource ending = new();

    public PolicyHost(X509Certificate2 certificate, string text)
    {
        this.certificate = certificate;
        this.text = text;
        var number = Interlocked.Increment(ref last);
        Address = IPAddress.Parse($"127.77.{number / 250 % 250}.{1 + (number % 250)}");
        listener = new TcpListener(Address, 443);
        listener.Start();
        _ = AcceptAsync();
    }

    public static bool IsPossible => Environment.IsPrivilegedProcess;

    public IPAddress Address { get; }

    /// <summary>From now on nobody is let in.</summary>
    public void Close() => listener.Stop();

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
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(certificate, false, false);
            var lines = new LineReader(tls);
            while (await lines.ReadAsync(ending.Token) is { Length: > 0 })
            {
            }

            await tls.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {text.Length}\r\nConnection: close\r\n\r\n{text}"), ending.Token);
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The client's affair.
        }
    }
}
