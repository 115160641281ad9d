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

    public IReadOnlyList<T> Last(int number)
    {
        lock (items)
            return items[Math.Max(0, items.Count - number)..];
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

    public Task<T> CountAsync(int number)
    {
        var seen = 0;
        return WaitAsync($"{number} items", _ => ++seen == number);
    }

    public async Task<T> WaitAsync(string what, Func<T, bool> wanted, TimeSpan? timeout = null)
    {
        using var patience = new CancellationTokenSource(timeout ?? Patience.Usual);
        var seen = 0;
        while (true)
        {
            Task next;
            lock (items)
            {
                for (; seen < items.Count; seen++)
                {
                    if (wanted(items[seen]))
                        return items[seen];
                }

                next = arrival.Task;
            }

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
