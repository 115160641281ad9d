namespace SmtpTransport.Xmpp.Component;

/// <summary>
/// The octets of a stream on their way to the XML reader, counted from the end of one stanza to the next: the only place
/// where a stanza's size can be bounded before it is in memory.
/// </summary>
/// <param name="limit">Octets of a stanza beyond which its content is of no interest.</param>
/// <param name="end">Octets of a stanza beyond which the stream is.</param>
internal sealed class StanzaLimitStream(Stream inner, int limit, int end, CancellationToken cancellation) : Stream
{
    private int sinceStanza;

    public bool IsOverLimit => sinceStanza > limit;

    /// <summary>All octets so far.</summary>
    public long Received { get; private set; }

    public bool IsEnded { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void StanzaEnded() => sinceStanza = 0;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellation);
        Received += count;
        sinceStanza += count;
        IsEnded = count == 0;
        if (sinceStanza > end)
            throw new XmppStreamException("policy-violation", $"A stanza is longer than {end} octets.");
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
