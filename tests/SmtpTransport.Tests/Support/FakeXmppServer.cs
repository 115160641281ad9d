using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Tests.Support;

/// <summary>The server's end of component links, in memory: a test says what it answers, and when.</summary>
internal sealed class FakeXmppServer
{
    public const string Secret = "secret";

    public static readonly Jid Component = Jid.Parse("smtp.example.org");
    public static readonly Jid Domain = Jid.Parse("example.org");

    private readonly Channel<DuplexStream> connections = Channel.CreateUnbounded<DuplexStream>();

    public bool RefusesConnections { get; set; }

    public ValueTask<Stream> ConnectAsync(CancellationToken cancellation)
    {
        if (RefusesConnections)
            throw new SocketException((int)SocketError.ConnectionRefused);
        var (near, far) = DuplexStream.CreatePair();
        connections.Writer.TryWrite(far);
        return ValueTask.FromResult<Stream>(near);
    }

    /// <summary>The next connection, with the streams open both ways.</summary>
    public async Task<FakeConnection> AcceptAsync(string streamId = "s1")
    {
        var connection = new FakeConnection(await connections.Reader.ReadAsync().AsTask().WaitAsync(FakeConnection.Patience));
        await connection.Reader.ReadHeaderAsync();
        await connection.SendAsync($"<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:component:accept' "
            + $"id='{streamId}' from='{Component}'>");
        return connection;
    }

    /// <summary>The next connection, after the handshake.</summary>
    public async Task<FakeConnection> BindAsync()
    {
        var connection = await AcceptAsync();
        Assert.That(await connection.ReadHandshakeAsync(), Is.EqualTo(Handshake.Digest("s1", Secret)));
        await connection.SendAsync("<handshake/>");
        return connection;
    }
}

internal sealed class FakeConnection(DuplexStream stream)
{
    /// <summary>A test that waits for longer hangs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DuplexStream stream = stream;

    public StanzaReader Reader { get; } = new(stream, CancellationToken.None);

    public async Task<string> ReadHandshakeAsync() => (await Reader.ReadAsync().WaitAsync(Patience))!.Value;

    /// <summary>The next stanza that the link sends; null when it ends its stream.</summary>
    public async Task<Stanza?> ReadAsync() => await Reader.ReadAsync().WaitAsync(Patience) is { } element ? Stanza.Parse(element) : null;

    public async Task<Stanza> ReadMessageAsync(string id)
    {
        var stanza = await ReadAsync();
        Assert.That(stanza?.ToString(), Does.StartWith("message").And.Contain($" {id} "));
        return stanza!;
    }

    /// <summary>The next stanza, which is one of the link's own pings.</summary>
    public async Task<Stanza> ReadPingAsync()
    {
        var stanza = await ReadAsync();
        Assert.That(stanza?.ToString(), Does.StartWith("iq get confirm-"));
        return stanza!;
    }

    public Task PongAsync(Stanza ping) => SendAsync(ping.Result());

    public Task SendAsync(Stanza stanza) => SendAsync(Encoding.UTF8.GetString(StanzaWriter.ToBytes(stanza)));

    public Task SendAsync(string xml) => stream.WriteAsync(Encoding.UTF8.GetBytes(xml)).AsTask().WaitAsync(Patience);

    public Task SendStreamErrorAsync(string condition) => SendAsync(
        $"<stream:error><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>");

    /// <summary>The connection is gone.</summary>
    public void Drop() => stream.Dispose();
}
