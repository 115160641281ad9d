using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace SmtpTransport.Tests.Support;

/// <summary>Where an upload service has its files put.</summary>
internal sealed class FakeUploadHost : IDisposable
{
    private readonly HttpListener listener = new();

    public FakeUploadHost()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Url = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        }

        listener.Prefixes.Add(Url.AbsoluteUri);
        listener.Start();
        _ = ServeAsync();
    }

    public Uri Url { get; }

    public int Status { get; set; } = 201;

    public ConcurrentQueue<UploadedFile> Files { get; } = [];

    public void Dispose() => listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                using var octets = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(octets);
                Files.Enqueue(new UploadedFile(
                    context.Request.HttpMethod, context.Request.ContentType, context.Request.ContentLength64, context.Request.Headers["Authorization"], octets.ToArray()));
                context.Response.StatusCode = Status;
                context.Response.Close();
            }
        }
        catch (Exception end) when (end is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}

internal sealed record UploadedFile(string Method, string? ContentType, long Length, string? Authorization, byte[] Octets);
