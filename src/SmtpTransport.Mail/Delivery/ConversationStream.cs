namespace SmtpTransport.Mail.Delivery;

/// <summary>
/// The bytes of one SMTP connection, below TLS. Each write and each reply has its time, each reply its size: a peer that
/// sends a byte a minute, or lines without end, is cut off.
/// </summary>
internal sealed class ConversationStream(Stream inner, SmtpTimeouts timeouts, TimeProvider time) : Stream
{
    // A TLS flight with a chain of certificates is the largest thing that anybody sends us in one go.
    private const int MaxReply = 128 * 1024;

    private readonly CancellationTokenSource deadline = new(Timeout.InfiniteTimeSpan, time);
    private TimeSpan replyTimeout = timeouts.Reply;
    private bool replyBegun;
    private int received;

    /// <summary>Ends every operation when a step has run out of time, or on <see cref="Abort"/>.</summary>
    public CancellationToken Token => deadline.Token;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Abort() => deadline.Cancel();

    /// <summary>The reply to what is being written now may take this long.</summary>
    public void ExpectReplyWithin(TimeSpan limit) => replyTimeout = limit;

    /// <summary>Stops the clock while the connection waits for work.</summary>
    public void Rest() => deadline.CancelAfter(Timeout.InfiniteTimeSpan);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!replyBegun)
        {
            replyBegun = true;
            received = 0;
            deadline.CancelAfter(replyTimeout);
            replyTimeout = timeouts.Reply;
        }

        var count = await inner.ReadAsync(buffer, cancellationToken);
        received += count;
        return received <= MaxReply ? count : throw new IOException("The reply does not end.");
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        replyBegun = false;
        deadline.CancelAfter(timeouts.DataBlock);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Rest();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
