using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Gateway.Storage;

/// <summary>RFC 5322 bytes in the database, in chunks, so that a large mail neither fills memory nor holds the writer.</summary>
internal static class SqlBodies
{
    public const int ChunkSize = 256 * 1024;

    /// <summary>Writes every chunk but the first in a transaction of its own; what a crash leaves behind is swept.</summary>
    /// <returns>The first chunk, for the transaction that accepts the mail.</returns>
    public static async Task<byte[]> StoreAsync(SqliteWriter writer, long bodyId, MessageContent content, CancellationToken cancellation)
    {
        await using var stream = content.OpenRead();
        var first = new byte[Math.Min(ChunkSize, content.Length)];
        await stream.ReadExactlyAsync(first, cancellation);
        if (stream.Position == content.Length)
            return first;

        await writer.WriteAsync(session => InsertBody(session, bodyId));

        // One buffer for all of them: large arrays that come and go by the hundred stay in memory for long.
        var chunk = new byte[ChunkSize];
        for (var position = 1; stream.Position < content.Length; position++)
        {
            if (content.Length - stream.Position is var left and < ChunkSize)
                chunk = new byte[left];
            await stream.ReadExactlyAsync(chunk, cancellation);
            var at = position;
            await writer.WriteAsync(session => InsertChunk(session, bodyId, at, chunk));
        }

        return first;
    }

    /// <summary>A small one, whole.</summary>
    public static void Insert(SqliteSession session, long bodyId, ReadOnlyMemory<byte> octets)
    {
        InsertBody(session, bodyId);
        for (var at = 0; at * ChunkSize < octets.Length; at++)
            InsertChunk(session, bodyId, at, octets[(at * ChunkSize)..Math.Min(octets.Length, (at + 1) * ChunkSize)].ToArray());
    }

    public static void InsertBody(SqliteSession session, long bodyId) =>
        session.Execute("INSERT INTO body (id) VALUES ($1) ON CONFLICT (id) DO NOTHING", bodyId);

    public static void InsertChunk(SqliteSession session, long bodyId, int position, byte[] octets) =>
        session.Execute("INSERT INTO body_chunk (body_id, position, octets) VALUES ($1, $2, $3)", bodyId, position, octets);

    public static void Delete(SqliteSession session, long bodyId)
    {
        session.Execute("DELETE FROM body_chunk WHERE body_id = $1", bodyId);
        session.Execute("DELETE FROM body WHERE id = $1", bodyId);
    }
}
