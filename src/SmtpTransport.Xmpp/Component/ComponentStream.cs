using System.Text;
using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Component;

/// <summary>One stream to the XMPP server, from its header to its end.</summary>
internal sealed class ComponentStream : IAsyncDisposable
{
    private static readonly XNamespace Streams = "http://etherx.jabber.org/streams";
    private static readonly XNamespace StreamErrors = "urn:ietf:params:xml:ns:xmpp-streams";
    private static readonly XName HandshakeName = Stanza.Namespace + "handshake";

    private readonly CancellationTokenSource ending = new();
    private readonly Stream connection;
    private readonly StanzaReader reader;
    private Task writing = Task.CompletedTask;

    private ComponentStream(Stream connection)
    {
        this.connection = connection;
        reader = new StanzaReader(connection, ending.Token);
        Writer = new CoalescingWriter(connection);
    }

    public CoalescingWriter Writer { get; }

    /// <inheritdoc cref="StanzaReader.Received"/>
    public long Received => reader.Received;

    /// <summary>Opens the stream and proves that we know the secret (XEP-0114 §3).</summary>
    public static async Task<ComponentStream> OpenAsync(Stream connection, ComponentOptions options, CancellationToken cancellation)
    {
        var stream = new ComponentStream(connection);
        try
        {
            using var abort = cancellation.Register(stream.ending.Cancel);
            await stream.ShakeHandsAsync(options);
            cancellation.ThrowIfCancellationRequested();
            stream.writing = stream.Writer.RunAsync(stream.ending.Token);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>The next element; null at the end of the stream.</summary>
    /// <exception cref="XmppStreamException">A stream error, or none of our business to go on.</exception>
    public async Task<XElement?> ReadAsync()
    {
        var element = await reader.ReadAsync();
        return element?.Name == Streams + "error" ? throw StreamError(element) : element;
    }

    /// <summary>Says goodbye after all that waits; the server then ends its half, which is read until there.</summary>
    public async Task CloseAsync()
    {
        Writer.Close("</stream:stream>"u8);
        await writing;
    }

    /// <summary>Makes a read that waits throw.</summary>
    public Task AbortAsync() => ending.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        Writer.Close([]);
        await AbortAsync();
        try
        {
            await writing;
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The reader tells why the stream ended.
        }
        await connection.DisposeAsync();
        reader.Dispose();
        Writer.Dispose();
        ending.Dispose();
    }

    private async Task ShakeHandsAsync(ComponentOptions options)
    {
        await SendAsync("<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' "
            + $"xmlns:stream='{Streams}' to='{new XText(options.Domain.ToString())}'>");
        var id = await reader.ReadHeaderAsync();
        try
        {
            await SendAsync($"<handshake>{Handshake.Digest(id, options.Secret)}</handshake>");
        }
        catch (IOException)
        {
            // A server that will not have us says so right after its header: read that.
        }
        var answer = await ReadAsync();
        if (answer?.Name != HandshakeName)
            throw new XmppStreamException("not-authorized", $"The server did not shake hands, but sent {answer?.Name.LocalName ?? "the end"}.");
    }

    private Task SendAsync(string xml) => connection.WriteAsync(Encoding.UTF8.GetBytes(xml), ending.Token).AsTask();

    private static XmppStreamException StreamError(XElement error)
    {
        var condition = error.Elements().FirstOrDefault(child => child.Name.Namespace == StreamErrors && child.Name.LocalName != "text");
        return new XmppStreamException(condition?.Name.LocalName ?? "undefined-condition", (string?)error.Element(StreamErrors + "text"));
    }
}
