using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Xmpp.Component;

/// <summary>
/// The sending half of the link, which outlives its streams: keeps stanzas until they are confirmed, writes them again on
/// the next stream, asks for the confirmations, and makes senders wait for room.
/// </summary>
internal sealed class Outbox(ComponentOptions options, TimeProvider time) : IDisposable
{
    /// <summary>So many pings may be under way: enough that nobody waits for a round trip before their own.</summary>
    private const int MaxBarriers = 4;

    /// <summary>Stanzas nobody waits for get a ping when there are so many of them, else at the next tick.</summary>
    private const int BarrierEvery = 64;

    private const int MaxWaitingOctets = 1024 * 1024;

    private readonly Lock gate = new();
    private readonly Unconfirmed unconfirmed = new();
    private readonly string pingPrefix = $"confirm-{Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()[..6])}-";
    private CoalescingWriter? stream;
    private TaskCompletionSource? room;
    private long pings;
    private bool isReaderBlocked;

    /// <summary>Stanzas that wait for the server's confirmation.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
                return unconfirmed.Count;
        }
    }

    public long Sent { get; private set; }

    /// <summary>
    /// Full, as long as room can come: that takes a pong, which no one sees while the reader waits for its receiver, and the
    /// receiver may be the one that wants to send.
    /// </summary>
    private bool IsFull =>
        !isReaderBlocked && (unconfirmed.IsFull || stream is { Waiting: > MaxWaitingOctets });

    /// <summary>Answers (iq) are of this stream or of none: false when there is no stream for it.</summary>
    public async ValueTask<bool> SendAsync(SentStanza stanza, CancellationToken cancellation)
    {
        while (true)
        {
            Task waiting;
            lock (gate)
            {
                if (!IsFull)
                    return Add(stanza);
                room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting = room.Task;
            }
            await waiting.WaitAsync(cancellation);
        }
    }

    public void Withdraw(SentStanza stanza)
    {
        lock (gate)
            unconfirmed.Remove(stanza);
        SignalRoom();
    }

    /// <summary>Writes what is unconfirmed again, in order, with the same ids; returns what is given up.</summary>
    public IReadOnlyList<SentStanza> Attach(CoalescingWriter writer)
    {
        lock (gate)
        {
            stream = writer;
            writer.Drained += SignalRoom;
            var (again, givenUp) = unconfirmed.Restart();
            foreach (var stanza in again)
                Write(stanza);
            if (again.Count > 0)
                WriteBarrier();
            return givenUp;
        }
    }

    public void Detach()
    {
        lock (gate)
            stream = null;
    }

    /// <summary>True when the stanza was an answer to one of our pings, or an error that became a verdict.</summary>
    public bool Settles(Stanza stanza)
    {
        if (stanza.Kind == StanzaKind.Iq && stanza.Id.StartsWith(pingPrefix, StringComparison.Ordinal))
        {
            // An error proves the order just as well.
            if (!stanza.IsRequest && stanza.From == options.PingTarget)
                ClosePing(stanza.Id);
            return true;
        }
        if (stanza.Kind != StanzaKind.Message || !stanza.IsError)
            return false;
        lock (gate)
            return unconfirmed.Refuse(stanza);
    }

    /// <summary>Once a second: asks for confirmations that nobody hurries, and for a sign of life when <paramref name="isSilent"/>.</summary>
    public void Tick(bool isSilent)
    {
        lock (gate)
        {
            if (stream is not null && unconfirmed.OpenBarriers == 0 && (isSilent || unconfirmed.Uncovered > 0))
                WriteBarrier();
        }
    }

    /// <summary>How long the oldest ping has been without an answer that could have been read.</summary>
    public TimeSpan Unanswered(long readingSince)
    {
        lock (gate)
        {
            return !isReaderBlocked && unconfirmed.OldestBarrier is { } sentAt
                ? time.GetElapsedTime(Math.Max(sentAt, readingSince))
                : TimeSpan.Zero;
        }
    }

    /// <summary>The reader waits for its receiver, or reads again.</summary>
    public void ReaderBlocked(bool isBlocked)
    {
        lock (gate)
            isReaderBlocked = isBlocked;
        SignalRoom();
    }

    public void Dispose() => room?.TrySetCanceled();

    private bool Add(SentStanza stanza)
    {
        var isKept = stanza.Stanza.Kind != StanzaKind.Iq;
        if (isKept)
            unconfirmed.Add(stanza);
        if (stream is null)
            return isKept;
        if (isKept)
            Write(stanza);
        else
            stream.Write(stanza.Xml);
        var mayPing = unconfirmed.OpenBarriers < MaxBarriers;
        if (mayPing && (stanza.IsAwaited || unconfirmed.Uncovered >= BarrierEvery))
            WriteBarrier();
        return true;
    }

    private void Write(SentStanza stanza)
    {
        stream!.Write(stanza.Xml);
        unconfirmed.Written(stanza);
        Sent++;
    }

    private void WriteBarrier()
    {
        var id = pingPrefix + ++pings;
        stream!.Write(StanzaWriter.ToBytes(Stanza.Iq(options.Domain, options.PingTarget, id, "get", new Ping())));
        unconfirmed.OpenBarrier(id, time.GetTimestamp());
    }

    private void ClosePing(string id)
    {
        lock (gate)
        {
            unconfirmed.CloseBarrier(id);
            if (stream is not null && unconfirmed.Uncovered > 0 && unconfirmed.OpenBarriers < MaxBarriers)
                WriteBarrier();
        }
        SignalRoom();
    }

    private void SignalRoom()
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            if (IsFull)
                return;
            waiting = room;
            room = null;
        }
        waiting?.TrySetResult();
    }
}
