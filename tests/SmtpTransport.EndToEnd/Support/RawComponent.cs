using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>A component on a bare socket: somebody else under the gateway's name, and the measure of what a server can take.</summary>
internal sealed class RawComponent : IDisposable
{
    private readonly TcpClient socket = new() { NoDelay = true };
    private readonly byte[] buffer = new byte[64 * 1024];

    public NetworkStream Stream => socket.GetStream();

    public static async Task<RawComponent> BindAsync(ComponentSlot slot)
    {
        var component = new RawComponent();
        await component.socket.ConnectAsync(IPAddress.Loopback, slot.Port);
        await component.WriteAsync($"<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='{slot.Domain}'>");
        var header = await component.ReadUntilAsync(">", after: "<stream:stream");
        var quote = header[header.IndexOf(" id=", StringComparison.Ordinal) + 4];
        var id = header.Split($" id={quote}")[1].Split(quote)[0];
        await component.WriteAsync($"<handshake>{Convert.ToHexStringLower(Digest(id + XmppServer.Secret))}</handshake>");
        var answer = await component.ReadUntilAsync(">", after: "");
        return answer.Contains("<handshake", StringComparison.Ordinal) ? component : throw new InvalidOperationException(answer);
    }

    public ValueTask WriteAsync(string xml) => Stream.WriteAsync(Encoding.UTF8.GetBytes(xml));

    public async Task<string> ReadUntilAsync(string end, string after)
    {
        var text = new StringBuilder();
        while (true)
        {
            var read = await Stream.ReadAsync(buffer);
            if (read == 0)
                throw new IOException($"The server closed the link after: {text}");
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            var start = text.ToString().IndexOf(after, StringComparison.Ordinal);
            if (start >= 0 && text.ToString().IndexOf(end, start + after.Length, StringComparison.Ordinal) >= 0)
                return text.ToString();
        }
    }

    public void Dispose() => socket.Dispose();

#pragma warning disable CA5350 // XEP-0114 demands SHA-1.
    private static byte[] Digest(string text) => SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
}
