namespace SmtpTransport.Host.Web;

/// <summary>Lets a few in at a time: reading mails again must not take the processor from those that come in.</summary>
internal sealed class Turnstile(TimeProvider time) : IDisposable
{
    private const int Places = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim places = new(Places);

    /// <returns>False when all places were taken for too long; else the work is done.</returns>
    public async Task<bool> PassAsync(Func<Task> work, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await places.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }

        try
        {
            await work();
            return true;
        }
        finally
        {
            places.Release();
        }
    }

    public void Dispose() => places.Dispose();
}
