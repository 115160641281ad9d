using System.Threading.Channels;
using System.Xml.Linq;
using Microsoft.Extensions.Logging;

namespace SmtpTransport.Xmpp.Component;

/// <summary>
/// The receiving half of the link, which outlives its streams: settles what answers us, and hands everything else to the
/// receiver, in order, without keeping the stream from being read while the receiver works.
/// </summary>
internal sealed partial class Inbox(Outbox outbox, PendingQueries queries, TimeProvider time, ILogger logger)
{
    /// <summary>Stanzas that were read and not yet received: few, for a crash loses them.</summary>
    private const int MaxWaiting = 64;

    private readonly Channel<Stanza> waiting = Channel.CreateBounded<Stanza>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    /// <summary>Elements that were read.</summary>
    public long Received { get; private set; }

    /// <summary>When the receiver last made us wait.</summary>
    public long ReadingSince { get; private set; }

    /// <summary>Takes what a stream brought; waits while the receiver has no room.</summary>
    public async ValueTask TakeAsync(XElement element)
    {
        Received++;
        if (Stanza.Parse(element) is not { } stanza)
            LogIgnored(element.Name.LocalName);
        else if (!outbox.Settles(stanza) && !queries.Settles(stanza) && !waiting.Writer.TryWrite(stanza))
            await WaitAsync(stanza);
    }

    /// <summary>Nothing is taken any more; <see cref="RunAsync"/> ends after what waits.</summary>
    public void Close() => waiting.Writer.Complete();

    public async Task RunAsync(IStanzaReceiver receiver, CancellationToken cancellation)
    {
        await foreach (var stanza in waiting.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                await receiver.ReceiveAsync(stanza, cancellation);
            }
#pragma warning disable CA1031 // One stanza that our own code stumbles over must not take the link down.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                LogReceiverFailed(fault, stanza.Kind, stanza.Id);
            }
        }
    }

    private async Task WaitAsync(Stanza stanza)
    {
        outbox.ReaderBlocked(true);
        await waiting.Writer.WriteAsync(stanza);
        ReadingSince = time.GetTimestamp();
        outbox.ReaderBlocked(false);
    }

    [LoggerMessage(LogLevel.Debug, "Ignored an element that is no addressed stanza: {Name}")]
    private partial void LogIgnored(string name);

    [LoggerMessage(LogLevel.Error, "Could not handle the {Kind} {Id}")]
    private partial void LogReceiverFailed(Exception fault, StanzaKind kind, string id);
}
