namespace SmtpTransport.Mail.Delivery;

/// <summary>Open connections that wait for the next mail that may use them.</summary>
internal sealed class ConnectionPool : IAsyncDisposable
{
    // Beyond this many, connections are closed after use instead of being kept.
    private const int MaxIdle = 200;

    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(10);

    /// <summary>Oldest first.</summary>
    private readonly Dictionary<string, LinkedList<SmtpConnection>> lanes = new(StringComparer.OrdinalIgnoreCase);
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
            lock (lanes)
                return idle;
        }
    }

    /// <summary>An open connection that is still alive, the one used last first.</summary>
    /// <param name="lane">The destination, and what the connection must be fit for.</param>
    public SmtpConnection? Take(string lane)
    {
        while (Pop(lane) is { } connection)
        {
            if (connection.IsQuiet)
                return connection;
            connection.Dispose();
        }

        return null;
    }

    /// <summary>Keeps the connection for the next mail, or closes it.</summary>
    public void Return(string lane, SmtpConnection connection)
    {
        connection.Rest();
        connection.IdleSince = time.Steady();
        lock (lanes)
        {
            if (!closed && connection.IsSound && connection.MailsSent < limits.MailsPerConnection && idle < MaxIdle)
            {
                if (!lanes.TryGetValue(lane, out var open))
                    lanes[lane] = open = [];
                open.AddLast(connection);
                idle++;
                return;
            }
        }

        _ = connection.CloseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await sweep.DisposeAsync();
        lock (lanes)
            closed = true;
        await Task.WhenAll(TakeIdle(olderThan: TimeSpan.MaxValue).Select(connection => connection.CloseAsync()));
    }

    private void CloseIdle()
    {
        foreach (var connection in TakeIdle(time.Steady() - limits.Idle))
            _ = connection.CloseAsync();
    }

    private List<SmtpConnection> TakeIdle(TimeSpan olderThan)
    {
        var taken = new List<SmtpConnection>();
        lock (lanes)
        {
            foreach (var (lane, open) in lanes)
            {
                while (open.First is { Value: var oldest } && oldest.IdleSince <= olderThan)
                {
                    open.RemoveFirst();
                    taken.Add(oldest);
                }

                if (open.Count == 0)
                    lanes.Remove(lane);
            }

            idle -= taken.Count;
        }

        return taken;
    }

    private SmtpConnection? Pop(string lane)
    {
        lock (lanes)
        {
            if (!lanes.TryGetValue(lane, out var open) || open.Last is not { Value: var newest })
                return null;
            open.RemoveLast();
            idle--;
            return newest;
        }
    }
}
