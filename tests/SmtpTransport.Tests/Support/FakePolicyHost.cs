using System.Security.Cryptography.X509Certificates;

namespace SmtpTransport.Tests.Support;

/// <summary>An HTTPS server that says one thing to everybody.</summary>
internal sealed class FakePolicyHost : IAsyncDisposable
{
    private readonly FakeWebHost host;

    public FakePolicyHost() => host = new FakeWebHost
    {
        Answer = (_, stream) => FakeWebHost.SayAsync(
            stream, $"HTTP/1.1 {Status}\r\nContent-Type: {ContentType}\r\nContent-Length: {Text.Length}\r\n{Headers}Connection: close\r\n\r\n{Text}"),
    };

    public int Port => host.Port;

    public required X509Certificate2 Certificate
    {
        get => host.Certificate!;
        set => host.Certificate = value;
    }

    public string Status { get; set; } = "200 OK";

    public string ContentType { get; set; } = "text/plain";

    public string Text { get; set; } = "";

    public string Headers { get; set; } = "";

    public int Requests => host.Heard.Count;

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
