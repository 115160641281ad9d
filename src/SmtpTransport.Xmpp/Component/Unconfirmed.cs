using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Xmpp.Component;

/// <summary>
/// What was sent and not yet confirmed, in order. The proof is a ping: both servers answer a stream's stanzas in order, so
/// whatever was written before a ping has had its error, if any, when the pong arrives (as one sync covers every
/// transaction of a group commit). Not thread-safe; <see cref="Outbox"/> holds the lock.
/// </summary>
internal sealed class Unconfirmed
{
    private const int MaxStanzas = 2048;
    private const long MaxOctets = 16 * 1024 * 1024;
    private const int MaxAttempts = 5;

    private static readonly StanzaError GivenUpError =
        new(StanzaErrorType.Wait, "undefined-condition", "The XMPP server confirmed it on none of five connections.");

    private readonly LinkedList<SentStanza> stanzas = new();
    private readonly Queue<Barrier> barriers = new();
    private long octets;
    private long written;
    private long covered;

    public bool IsFull => stanzas.Count >= MaxStanzas || octets >= MaxOctets;

    public int Count => stanzas.Count;

    /// <summary>Written, and no ping after it yet.</summary>
    public long Uncovered => written - covered;

    public int OpenBarriers => barriers.Count;

    /// <summary>When the ping was sent that waits longest; null when none is under way.</summary>
    public long? OldestBarrier => barriers.TryPeek(out var oldest) ? oldest.SentAt : null;

    public void Add(SentStanza stanza)
    {
        stanzas.AddLast(stanza);
        octets += stanza.Xml.Length;
    }

    public void Written(SentStanza stanza)
    {
        stanza.Sequence = ++written;
        stanza.Attempts++;
    }

    public void OpenBarrier(string id, long now)
    {
        covered = written;
        barriers.Enqueue(new Barrier(id, covered, now));
    }

    /// <summary>The pong of this ping, and so of all before it. A pong of an earlier stream is nothing.</summary>
    public void CloseBarrier(string id)
    {
        if (!barriers.Any(barrier => barrier.Id == id))
            return;
        Barrier closed;
        do
            closed = barriers.Dequeue();
        while (closed.Id != id);

        while (stanzas.First is { Value: { Sequence: > 0 } first } && first.Sequence <= closed.Covered)
        {
            Remove(first);
            first.Settle(new DeliveryVerdict.Taken());
        }
    }

    /// <summary>True when the error is the verdict on a message that somebody waits for.</summary>
    public bool Refuse(Stanza error)
    {
        var refused = stanzas.FirstOrDefault(sent => sent.IsAwaited && sent.Attempts > 0 && sent.IsAnsweredBy(error));
        if (refused is null)
            return false;
        Remove(refused);
        refused.Settle(IsArchived(error, refused.Stanza.To)
            ? new DeliveryVerdict.Taken()
            : new DeliveryVerdict.Refused(StanzaError.Parse(error.Element.Element(StanzaError.ElementName) ?? new(StanzaError.ElementName))));
        return true;
    }

    public void Remove(SentStanza stanza)
    {
        if (stanzas.Remove(stanza))
            octets -= stanza.Xml.Length;
    }

    /// <summary>
    /// Forgets the old stream, and gives what must be written on the new one. What five streams did not confirm is given up:
    /// it may be what ends them.
    /// </summary>
    public (IReadOnlyList<SentStanza> Again, IReadOnlyList<SentStanza> GivenUp) Restart()
    {
        barriers.Clear();
        written = covered = 0;
        var givenUp = stanzas.Where(stanza => stanza.Attempts >= MaxAttempts).ToList();
        foreach (var stanza in givenUp)
        {
            Remove(stanza);
            stanza.Settle(new DeliveryVerdict.Refused(GivenUpError));
        }
        return ([.. stanzas], givenUp);
    }

    /// <summary>
    /// ejabberd, when the offline queue is full: an error, although the message is in the recipient's archive, whose id
    /// (XEP-0359) it carries. Reporting it as refused would make the sender try again, and the message show twice.
    /// </summary>
    private static bool IsArchived(Stanza error, Jid recipient) =>
        error.Payload<StanzaError>() is { Condition: "resource-constraint" }
        && error.Payloads<StanzaId>().Any(id => id.By == recipient.Bare);

    private readonly record struct Barrier(string Id, long Covered, long SentAt);
}
