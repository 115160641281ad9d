using System.Buffers;
using System.IO.Pipelines;

namespace SmtpTransport.Mail.Smtp;

/// <summary>Reads the octets of messages off a connection: up to the final dot, or a chunk of known size.</summary>
internal sealed class ContentReader(SmtpConnection connection)
{
    public async ValueTask<ContentEnd> ReadDataAsync(IncomingMessage message, ContentPace pace)
    {
        var stuffing = new DotStuffing();
        pace.Begin();
        while (true)
        {
            var result = await connection.ReadAsync(pace.Next);
            var consumed = stuffing.Read(result.Buffer, message);
            var octets = result.Buffer.Slice(0, consumed).Length;
            connection.AdvanceTo(consumed);
            if (stuffing.Ended)
                return ContentEnd.Complete;
            if (Interrupted(result, octets, pace) is { } end)
                return end;
        }
    }

    /// <param name="message">Null to throw the chunk away.</param>
    public async ValueTask<ContentEnd> ReadChunkAsync(long size, IncomingMessage? message, ContentPace pace)
    {
        pace.Begin();
        while (size > 0)
        {
            var result = await connection.ReadAsync(pace.Next);
            var chunk = result.Buffer.Slice(0, Math.Min(size, result.Buffer.Length));
            foreach (var segment in chunk)
                message?.Write(segment.Span);
            size -= chunk.Length;
            var octets = chunk.Length;
            connection.AdvanceTo(chunk.End);
            if (size > 0 && Interrupted(result, octets, pace) is { } end)
                return end;
        }
        return ContentEnd.Complete;
    }

    private static ContentEnd? Interrupted(ReadResult result, long octets, ContentPace pace)
    {
        if (result.IsCompleted)
            return ContentEnd.Lost;
        return pace.Keeps(octets) ? null : ContentEnd.TooSlow;
    }
}

internal enum ContentEnd
{
    Complete,

    /// <summary>The client went away in the middle.</summary>
    Lost,

    TooSlow,
}
