namespace SmtpTransport.Mail.Smtp;

/// <summary>Takes octets in as a stream, in memory while they are few, beyond that in a temporary file without a name.</summary>
public sealed class ContentStream : Stream
{
    private readonly ContentStore store = new(Path.GetTempPath());

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => store.Length;

    public override long Position
    {
        get => store.Length;
        set => throw new NotSupportedException();
    }

    /// <summary>What was written, with its own life: this writer may be disposed.</summary>
    public MessageContent Take() => store.Take(default);

    public override void Write(ReadOnlySpan<byte> buffer) => store.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => store.Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            store.Dispose();
        base.Dispose(disposing);
    }
}
