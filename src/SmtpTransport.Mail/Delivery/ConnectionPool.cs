namespace SmtpTransport.Mail.Delivery;

/// <summary>Open connections that wait for the next mail to the same destination, and how many a destination gets at once.</summary>
internal sealed class ConnectionPool : IAsyncDisposable
{
    // Beyond this many, connections are closed after use instead of being kept.
    private const int MaxIdle = 200;

    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, Destination> destinations = new(StringComparer.OrdinalIgnoreCase);
    private readonly DestinationLimits limits;
    private readonly TimeProvider time;
    private readonly ITimer sweep;
    private int idle;
    private bool closed;

    public ConnectionPool(DestinationLimits limits, TimeProvider time)
    {
        this.limits = limits;
        this.time = time;
        sweep = time.CreateTimer(_ => CloseIdle(), null, SweepEvery, SweepEvery);
    }

    public int Idle
    {
        get
        {
            lock (destinations)
                return idle;
        }
    }

    /// <summary>Waits for one of the destination's places. Each is left again by <see cref="Leave"/>.</summary>
    public Task EnterAsync(string destination, CancellationToken cancellation)
    {
        SemaphoreSlim places;
        lock (destinations)
        {
            if (!destinations.TryGetValue(destination, out var entry))
                destinations[destination] = entry = new Destination(limits.Connections);
            entry.Users++;
            places = entry.Places;
        }

        return WaitAsync();

        async Task WaitAsync()
        {
            try
            {
                await places.WaitAsync(cancellation);
            }
            catch
            {
                Forget(destination);
                throw;
            }
        }
    }

    public void Leave(string destination)
    {
        lock (destinations)
            destinations[destination].Places.Release();
        Forget(destination);
    }

    /// <summary>An open connection that is still alive, the one used last first.</summary>
    public SmtpConnection? Take(string destination)
    {
        while (Pop(destination) is { } connection)
        {
            if (connection.IsQuiet)
                return connection;
            connection.Dispose();
        }

        return null;
    }

    /// <summary>Keeps the connection for the next mail, or closes it.</summary>
    public void Return(string destination, SmtpConnection connection)
    {
        connection.Rest();
        connection.IdleSince = time.GetUtcNow();
        lock (destinations)
        {
            if (!closed && connection.IsSound && connection.MailsSent < limits.MailsPerConnection && idle < MaxIdle)
            {
                destinations[destination].Open.AddLast(connection);
                idle++;
                return;
            }
        }

        _ = connection.CloseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await sweep.DisposeAsync();
        lock (destinations)
            closed = true;
        await Task.WhenAll(TakeIdle(olderThan: DateTimeOffset.MaxValue).Select(connection => connection.CloseAsync()));
    }

    private void CloseIdle()
    {
        foreach (var connection in TakeIdle(time.GetUtcNow() - limits.Idle))
            _ = connection.CloseAsync();
    }

    private List<SmtpConnection> TakeIdle(DateTimeOffset olderThan)
    {
        var taken = new List<SmtpConnection>();
        lock (destinations)
        {
            foreach (var (name, destination) in destinations)
            {
                while (destination.Open.First is { Value: var oldest } && oldest.IdleSince <= olderThan)
                {
                    destination.Open.RemoveFirst();
                    taken.Add(oldest);
                }

                if (destination is { Users: 0, Open.Count: 0 })
                    destinations.Remove(name);
            }

            idle -= taken.Count;
        }

        return taken;
    }

    private SmtpConnection? Pop(string destination)
    {
        lock (destinations)
        {
            var open = destinations[destination].Open;
            if (open.Last is not { Value: var newest })
                return null;
            open.RemoveLast();
            idle--;
            return newest;
        }
    }

    private void Forget(string destination)
    {
        lock (destinations)
        {
            var entry = destinations[destination];
            if (--entry.Users == 0 && entry.Open.Count == 0)
                destinations.Remove(destination);
        }
    }

    private sealed class Destination(int places)
    {
        public SemaphoreSlim Places { get; } = new(places);

        /// <summary>Oldest first.</summary>
        public LinkedList<SmtpConnection> Open { get; } = [];

        /// <summary>Those who hold a place or wait for one.</summary>
        public int Users { get; set; }
    }
}
