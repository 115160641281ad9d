namespace SmtpTransport.EndToEnd.Support;

/// <summary>What arrived, in order; whoever waits is woken by the arrival.</summary>
internal sealed class Inbox<T>
    where T : class
{
    private readonly List<T> items = [];
    private TaskCompletionSource arrival = NewArrival();

    public IReadOnlyList<T> All
    {
        get
        {
            lock (items)
                return [.. items];
        }
    }

    public void Add(T item)
    {
        TaskCompletionSource waiting;
        lock (items)
        {
            items.Add(item);
            waiting = arrival;
            arrival = NewArrival();
        }

        waiting.SetResult();
    }

    public async Task<T> WaitAsync(string what, Func<T, bool> wanted, TimeSpan? timeout = null)
    {
        using var patience = new CancellationTokenSource(timeout ?? Patience.Usual);
        while (true)
        {
            T? found;
            Task next;
            lock (items)
            {
                found = items.Find(item => wanted(item));
                next = arrival.Task;
            }

            if (found is not null)
                return found;
            try
            {
                await next.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Waited in vain for {what}. There is:\n{string.Join('\n', All)}");
            }
        }
    }

    private static TaskCompletionSource NewArrival() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
