namespace SmtpTransport.Mail.Delivery;

/// <summary>The destinations of the last hour.</summary>
internal sealed class Destinations(DestinationLimits limits, IReadOnlyList<TimeSpan> pauses, TimeProvider time)
{
    // Strangers' addresses name them: beyond this many, the quiet ones are forgotten early.
    private const int MaxRemembered = 10_000;

    private static readonly TimeSpan Remember = TimeSpan.FromHours(1);

    private readonly Dictionary<string, Destination> known = new(StringComparer.OrdinalIgnoreCase);
    private long lastSweep = time.GetTimestamp();

    /// <summary>As for one that nobody has heard of.</summary>
    private int FirstRoom => 2 * Math.Min(limits.FirstConnections, limits.Connections);

    public IReadOnlyList<DestinationState> States
    {
        get
        {
            lock (known)
                return [.. known.Values.Select(destination => destination.State)];
        }
    }

    public int Room(string name)
    {
        lock (known)
            return known.TryGetValue(name, out var destination) ? destination.Room : FirstRoom;
    }

    /// <summary>Waits for a place there, see <see cref="Destination.EnterAsync"/>.</summary>
    public (Destination Destination, Task<DeliveryFailure?> Place) Enter(string name, CancellationToken cancellation)
    {
        lock (known)
        {
            Sweep();
            if (!known.TryGetValue(name, out var destination))
                known[name] = destination = new Destination(name, limits, pauses, time);
            // Begun under the lock, so that no sweep comes between.
            return (destination, destination.EnterAsync(cancellation));
        }
    }

    private void Sweep()
    {
        if (known.Count < MaxRemembered && time.GetElapsedTime(lastSweep) < Remember / 10)
            return;
        lastSweep = time.GetTimestamp();
        var after = known.Count < MaxRemembered ? Remember : TimeSpan.Zero;
        foreach (var name in known.Where(entry => entry.Value.IsForgettable(after)).Select(entry => entry.Key).ToList())
            known.Remove(name);
    }
}
