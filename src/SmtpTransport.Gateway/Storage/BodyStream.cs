namespace SmtpTransport.Gateway.Storage;

/// <summary>A stored body as a seekable stream that holds one chunk at a time.</summary>
internal sealed class BodyStream : Stream
{
    private readonly SqliteDatabase database;
    private readonly long bodyId;
    private readonly long length;
    private byte[] chunk = [];
    private long chunkIndex = -1;
    private long position;

    public BodyStream(SqliteDatabase database, long bodyId)
    {
        (this.database, this.bodyId) = (database, bodyId);
        length = database.Read(session => session.Scalar<long>(
            "SELECT coalesce(sum(length(octets)), 0) FROM body_chunk WHERE body_id = $1", bodyId));
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => position;
        set => position = value;
    }

    public override int Read(Span<byte> buffer)
    {
        if (position >= length || buffer.IsEmpty)
            return 0;
        if (position / SqlBodies.ChunkSize is var index && index != chunkIndex)
            (chunk, chunkIndex) = (Load(index), index);

        var available = chunk.AsSpan((int)(position % SqlBodies.ChunkSize));
        var count = Math.Min(buffer.Length, available.Length);
        available[..count].CopyTo(buffer);
        position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => position + offset,
        _ => length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private byte[] Load(long index) =>
        database.Read(session => session.Scalar<byte[]>("SELECT octets FROM body_chunk WHERE body_id = $1 AND position = $2", bodyId, index))
        ?? throw new IOException($"Chunk {index} of body {bodyId} is gone.");
}
