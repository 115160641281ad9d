using System.Collections.Concurrent;

namespace SmtpTransport.Xmpp.Component;

/// <summary>Our own iq requests that wait for their answer.</summary>
internal sealed class PendingQueries
{
    private readonly ConcurrentDictionary<(Jid Asked, string Id), TaskCompletionSource<Stanza>> waiting = new();

    public Task<Stanza> Add(Stanza query)
    {
        var answer = new TaskCompletionSource<Stanza>(TaskCreationOptions.RunContinuationsAsynchronously);
        return waiting.TryAdd((query.To, query.Id), answer)
            ? answer.Task
            : throw new ArgumentException($"A query with this id is under way: {query}", nameof(query));
    }

    public void Remove(Stanza query) => waiting.TryRemove((query.To, query.Id), out _);

    /// <summary>True when the stanza answers a query: only the one that was asked may do that.</summary>
    public bool Settles(Stanza stanza) =>
        stanza is { Kind: StanzaKind.Iq, IsRequest: false }
        && waiting.TryRemove((stanza.From, stanza.Id), out var answer)
        && answer.TrySetResult(stanza);

    public void FailAll()
    {
        foreach (var query in waiting.Keys)
        {
            if (waiting.TryRemove(query, out var answer))
                answer.TrySetException(new LinkDownException());
        }
    }
}
