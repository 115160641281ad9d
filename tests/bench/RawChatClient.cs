using System.Net;
using System.Net.Sockets;
using System.Text;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.Bench;

/// <summary>A chat client on a bare socket that only counts messages: it must not eat the cores that it measures.</summary>
internal sealed class RawChatClient : IDisposable
{
    private static readonly byte[] MessageEnd = "</message>"u8.ToArray();

    private readonly TcpClient socket = new() { NoDelay = true };
    private readonly string domain = XmppServer.Domain;
    private readonly SemaphoreSlim arrivals = new(0);
    private int messages;
    private long lastArrival;

    public int Messages => Volatile.Read(ref messages);

    /// <summary>When the last message came, as a <see cref="TimeProvider"/> timestamp.</summary>
    public long LastArrival => Volatile.Read(ref lastArrival);

    public static async Task<RawChatClient> LoginAsync(XmppServer server, string bareJid)
    {
        var client = new RawChatClient();
        await client.socket.ConnectAsync(IPAddress.Loopback, server.ClientPort);
        await client.OpenStreamAsync();
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{bareJid.Split('@')[0]}\0{XmppServer.Secret}"));
        await client.SayAsync($"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{credentials}</auth>", "<success");
        await client.OpenStreamAsync();
        await client.SayAsync("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bench</resource></bind></iq>", "</iq>");
        await client.SayAsync("<presence/>", "<presence");
        _ = Task.Factory.StartNew(client.Count, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return client;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> xml) => socket.GetStream().WriteAsync(xml);

    public async Task WaitAsync(int number, TimeSpan timeout)
    {
        using var patience = new CancellationTokenSource(timeout);
        while (Messages < number)
            await arrivals.WaitAsync(patience.Token);
    }

    public void Dispose()
    {
        socket.Dispose();
        arrivals.Dispose();
    }

    private async Task OpenStreamAsync() =>
        await SayAsync($"<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='{domain}' version='1.0'>", "</stream:features>");

    private async Task SayAsync(string xml, string until)
    {
        await socket.GetStream().WriteAsync(Encoding.UTF8.GetBytes(xml));
        var answer = "";
        var buffer = new byte[16 * 1024];
        while (!answer.Contains(until, StringComparison.Ordinal))
        {
            var read = await socket.GetStream().ReadAsync(buffer);
            answer += read > 0 ? Encoding.UTF8.GetString(buffer, 0, read) : throw new IOException($"Closed after: {answer}");
        }
    }

    private void Count()
    {
        var buffer = new byte[256 * 1024];
        var kept = 0;
        try
        {
            while (true)
            {
                var read = socket.GetStream().Read(buffer, kept, buffer.Length - kept);
                if (read == 0)
                    return;
                var text = buffer.AsSpan(0, kept + read);
                var found = text.Count(MessageEnd);
                // An end tag may be cut by the end of the buffer; a whole one is not counted twice.
                kept = Math.Min(MessageEnd.Length - 1, text.Length);
                text[^kept..].CopyTo(buffer);
                if (found == 0)
                    continue;
                Volatile.Write(ref lastArrival, TimeProvider.System.GetTimestamp());
                Interlocked.Add(ref messages, found);
                arrivals.Release();
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException or SocketException)
        {
            // The measurement is over.
        }
    }
}
