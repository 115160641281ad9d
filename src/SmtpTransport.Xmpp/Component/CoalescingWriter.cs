using System.Buffers;

namespace SmtpTransport.Xmpp.Component;

/// <summary>
/// Writes to a socket without ever making a caller wait: whatever came in while one write was under way goes out together
/// in the next one.
/// </summary>
internal sealed class CoalescingWriter(Stream stream) : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim wake = new(0);
    private ArrayBufferWriter<byte> waiting = new(64 * 1024);
    private ArrayBufferWriter<byte> writing = new(64 * 1024);
    private bool isClosed;

    /// <summary>Octets were written, so there is room again.</summary>
    public event Action? Drained;

    /// <summary>Octets that wait.</summary>
    public int Waiting => waiting.WrittenCount;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            if (isClosed)
                return;
            if (waiting.WrittenCount == 0)
                wake.Release();
            waiting.Write(bytes);
        }
    }

    /// <summary>What is written before goes out; nothing is taken after.</summary>
    public void Close(ReadOnlySpan<byte> lastBytes)
    {
        Write(lastBytes);
        lock (gate)
            isClosed = true;
    }

    /// <summary>Completes after <see cref="Close"/>, when all is written; throws when the socket breaks.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!IsFinished())
        {
            await wake.WaitAsync(cancellation);
            lock (gate)
                (waiting, writing) = (writing, waiting);
            await stream.WriteAsync(writing.WrittenMemory, cancellation);
            writing.ResetWrittenCount();
            Drained?.Invoke();
        }
    }

    public void Dispose() => wake.Dispose();

    private bool IsFinished()
    {
        lock (gate)
            return isClosed && waiting.WrittenCount == 0;
    }
}
