using System.Collections.Concurrent;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Tests.Support;

/// <summary>A component link that keeps what it is given, and answers as a test says.</summary>
internal sealed class FakeLink : IStanzaSender
{
    private readonly Lock gate = new();
    private DateTimeOffset? downSince;
    private readonly List<Stanza> sent = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> waiting = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource<DeliveryVerdict>> open = new();

    /// <summary>A link that is set down broke then.</summary>
    public DateTimeOffset? DownSince
    {
        get => downSince;
        set => (downSince, BrokenAt) = (value, value ?? BrokenAt);
    }

    public DateTimeOffset? BrokenAt { get; set; }

    /// <summary>The server's word on a message; null while it says nothing (see <see cref="Answer"/>).</summary>
    public Func<Stanza, DeliveryVerdict?> OnMessage { get; set; } = _ => new DeliveryVerdict.Taken();

    /// <summary>The answer to a query; null when none ever comes.</summary>
    public Func<Stanza, Stanza?> OnQuery { get; set; } = iq => iq.Result();

    /// <summary>Ids of messages that were withdrawn before the server had spoken.</summary>
    public ConcurrentQueue<string> Withdrawn { get; } = [];

    public IReadOnlyList<Stanza> Sent
    {
        get
        {
            lock (gate)
                return [.. sent];
        }
    }

    public static DeliveryVerdict Refusal(StanzaErrorType type, string condition) => new DeliveryVerdict.Refused(new StanzaError(type, condition));

    /// <summary>Completes when so many stanzas were sent.</summary>
    public Task Reached(int count)
    {
        lock (gate)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (sent.Count >= count)
                reached.SetResult();
            else
                waiting.Add((count, reached));
            return reached.Task;
        }
    }

    /// <summary>The server's word on a message that waits for it.</summary>
    public void Answer(string id, DeliveryVerdict verdict) => open[id].TrySetResult(verdict);

    public ValueTask SendAsync(Stanza stanza, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();

        // What the link cannot write it refuses.
        _ = StanzaWriter.ToBytes(stanza);
        lock (gate)
        {
            sent.Add(stanza);
            foreach (var (_, reached) in waiting.Where(wait => wait.Count == sent.Count))
                reached.SetResult();
        }
        return ValueTask.CompletedTask;
    }

    public async Task<DeliveryVerdict> SendConfirmedAsync(Stanza message, CancellationToken cancellation)
    {
        var verdict = new TaskCompletionSource<DeliveryVerdict>(TaskCreationOptions.RunContinuationsAsynchronously);
        open[message.Id] = verdict;
        await SendAsync(message, cancellation);
        if (OnMessage(message) is { } known)
            verdict.TrySetResult(known);
        await using var registration = cancellation.Register(() =>
        {
            if (verdict.TrySetCanceled(cancellation))
                Withdrawn.Enqueue(message.Id);
        });
        return await verdict.Task;
    }

    public async Task<Stanza> QueryAsync(Stanza iq, CancellationToken cancellation)
    {
        await SendAsync(iq, cancellation);
        return OnQuery(iq) ?? await new TaskCompletionSource<Stanza>().Task.WaitAsync(cancellation);
    }
}
