using System.Threading.Channels;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Tests.Support;

/// <summary>Remembers what the link brought, in order.</summary>
internal sealed class RecordingReceiver : IStanzaReceiver
{
    private readonly Channel<string> events = Channel.CreateUnbounded<string>();

    /// <summary>Runs for each stanza, before it is remembered.</summary>
    public Func<Stanza, CancellationToken, ValueTask> OnStanza { get; set; } = (_, _) => ValueTask.CompletedTask;

    /// <summary><c>up</c>, <c>down</c>, or a stanza.</summary>
    public async Task<string> NextAsync() => await events.Reader.ReadAsync().AsTask().WaitAsync(FakeConnection.Patience);

    public async ValueTask ReceiveAsync(Stanza stanza, CancellationToken cancellation)
    {
        await OnStanza(stanza, cancellation);
        events.Writer.TryWrite(stanza.ToString());
    }

    public void LinkUp() => events.Writer.TryWrite("up");

    public void LinkDown() => events.Writer.TryWrite("down");
}
