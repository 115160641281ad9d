using System.Collections.Specialized;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmtpTransport.Tests.Support;

/// <summary>Answers <c>/checkv2</c> as a test says.</summary>
internal sealed class FakeRspamd : IDisposable
{
    private readonly HttpListener listener = new();

    public FakeRspamd()
    {
        Url = new Uri($"http://127.0.0.1:{FreePort()}/");
        listener.Prefixes.Add(Url.ToString());
        listener.Start();
        _ = ServeAsync();
    }

    public Uri Url { get; }

    public string Answer { get; set; } = """{"action":"no action","score":0}""";

    public int Status { get; set; } = 200;

    /// <summary>Takes the question and never answers.</summary>
    public bool IsSilent { get; set; }

    public string? AskedPath { get; private set; }

    public NameValueCollection AskedHeaders { get; private set; } = [];

    public string AskedBody { get; private set; } = "";

    public void Dispose() => listener.Close();

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            AskedPath = context.Request.RawUrl;
            AskedHeaders = context.Request.Headers;
            using (var reader = new StreamReader(context.Request.InputStream))
                AskedBody = await reader.ReadToEndAsync();
            if (IsSilent)
                continue;
            context.Response.StatusCode = Status;
            context.Response.Close(Encoding.UTF8.GetBytes(Answer), willBlock: false);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
