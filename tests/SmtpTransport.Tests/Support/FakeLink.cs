using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Tests.Support;

/// <summary>A component link that keeps what it is given.</summary>
internal sealed class FakeLink : IStanzaSender
{
    private readonly Lock gate = new();
    private readonly List<Stanza> sent = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> waiting = [];

    public DateTimeOffset? DownSince { get; set; }

    public IReadOnlyList<Stanza> Sent
    {
        get
        {
            lock (gate)
                return [.. sent];
        }
    }

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

    public ValueTask SendAsync(Stanza stanza, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (gate)
        {
            sent.Add(stanza);
            foreach (var (_, reached) in waiting.Where(wait => wait.Count == sent.Count))
                reached.SetResult();
        }
        return ValueTask.CompletedTask;
    }

    public Task<DeliveryVerdict> SendConfirmedAsync(Stanza message, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<Stanza> QueryAsync(Stanza iq, CancellationToken cancellation) => throw new NotSupportedException();
}
