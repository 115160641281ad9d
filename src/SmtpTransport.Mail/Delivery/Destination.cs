namespace SmtpTransport.Mail.Delivery;

/// <summary>
/// One destination: how many conversations it bears at once, who waits for a place, and until when it asked for silence.
/// The number of places grows by one with each mail that it takes and halves when it complains.
/// </summary>
internal sealed class Destination(string name, DestinationLimits limits, IReadOnlyList<TimeSpan> pauses, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly LinkedList<TaskCompletionSource<DeliveryFailure?>> waiting = [];
    private int places = Math.Min(limits.FirstConnections, limits.Connections);
    private int busy;
    private int strikes;
    private long lastTaken = long.MinValue;
    private long lastUsed = time.GetTimestamp();
    private TimeSpan suspendedUntil;
    private DeliveryFailure? complaint;

    /// <summary>How many mails it makes sense to have in hand: those in conversation, and as many that are next.</summary>
    public int Room
    {
        get
        {
            lock (gate)
                return IsSuspended ? int.MaxValue : 2 * places;
        }
    }

    public DestinationState State
    {
        get
        {
            lock (gate)
                return new DestinationState(name, places, busy, waiting.Count, SuspendedFor);
        }
    }

    private TimeSpan SuspendedFor => suspendedUntil > time.Steady() ? suspendedUntil - time.Steady() : TimeSpan.Zero;

    private bool IsSuspended => SuspendedFor > TimeSpan.Zero;

    /// <summary>Nobody is here and nothing is worth remembering.</summary>
    public bool IsForgettable(TimeSpan after)
    {
        lock (gate)
            return busy == 0 && waiting.Count == 0 && !IsSuspended && time.GetElapsedTime(lastUsed) >= after;
    }

    /// <summary>Waits for a place, which is left again by <see cref="Leave"/>.</summary>
    /// <returns>Null with a place; else why it is not worth trying now.</returns>
    public async Task<DeliveryFailure?> EnterAsync(CancellationToken cancellation)
    {
        LinkedListNode<TaskCompletionSource<DeliveryFailure?>> place;
        lock (gate)
        {
            lastUsed = time.GetTimestamp();
            if (IsSuspended)
                return Postponed();
            if (busy < places && waiting.Count == 0)
            {
                busy++;
                return null;
            }

            place = waiting.AddLast(new TaskCompletionSource<DeliveryFailure?>(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        await using var leaving = cancellation.UnsafeRegister(_ => GiveUp(place), null);
        return await place.Value.Task;
    }

    /// <param name="since">The timestamp of when the place was taken.</param>
    public void Leave(DestinationSignal signal, long since)
    {
        lock (gate)
        {
            busy--;
            switch (signal)
            {
                case DestinationSignal.Taken:
                    places = Math.Min(places + 1, limits.Connections);
                    lastTaken = time.GetTimestamp();
                    strikes = 0;
                    break;
                case DestinationSignal.Overloaded:
                    Halve();
                    break;
                case DestinationSignal.Unreachable unreachable:
                    Halve();
                    // Whoever waited would wait for the same silence. If others were heard meanwhile, it was bad luck.
                    if (lastTaken < since)
                        TurnAway(unreachable.Why);
                    break;
                case DestinationSignal.Suspended suspended:
                    Halve();
                    suspendedUntil = time.Steady() + pauses[Math.Min(strikes++, pauses.Count - 1)];
                    complaint = suspended.Why;
                    TurnAway(Postponed());
                    break;
            }

            lastUsed = time.GetTimestamp();
            while (busy < places && waiting.First is { } next)
            {
                waiting.RemoveFirst();
                busy++;
                next.Value.SetResult(null);
            }
        }
    }

    private void Halve() => places = Math.Max(1, places / 2);

    private void TurnAway(DeliveryFailure why)
    {
        foreach (var one in waiting)
            one.SetResult(why);
        waiting.Clear();
    }

    private void GiveUp(LinkedListNode<TaskCompletionSource<DeliveryFailure?>> place)
    {
        lock (gate)
        {
            if (place.List is null)
                return;
            waiting.Remove(place);
        }

        place.Value.SetCanceled();
    }

    private DeliveryFailure Postponed() => complaint! with
    {
        Reply = new SmtpReply(450, "4.7.0", $"Nothing is sent to {name} until {time.GetUtcNow() + SuspendedFor:yyyy-MM-dd HH:mm:ss}Z, because it said: {complaint.Reply}"),
    };
}

/// <summary>What one attempt told about its destination.</summary>
internal abstract record DestinationSignal
{
    private DestinationSignal()
    {
    }

    public static DestinationSignal None { get; } = new Nothing();

    private sealed record Nothing : DestinationSignal;

    internal sealed record Taken : DestinationSignal;

    /// <summary>421 or 4.7.x.</summary>
    internal sealed record Overloaded : DestinationSignal;

    /// <summary>No host could be spoken to.</summary>
    internal sealed record Unreachable(DeliveryFailure Why) : DestinationSignal;

    /// <summary>It said in words that it wants less of us.</summary>
    internal sealed record Suspended(DeliveryFailure Why) : DestinationSignal;
}

/// <summary>For the metrics.</summary>
/// <param name="Places">Conversations that it is trusted to bear.</param>
/// <param name="SuspendedFor">From now; zero when it is not.</param>
public sealed record DestinationState(string Name, int Places, int Busy, int Waiting, TimeSpan SuspendedFor);
