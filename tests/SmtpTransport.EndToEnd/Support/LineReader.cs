using System.Buffers;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>Lines of octets that end with CRLF.</summary>
internal sealed class LineReader(Stream stream)
{
    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly ArrayBufferWriter<byte> line = new();
    private int start;
    private int end;

    /// <summary>Without its end; null when the peer has gone.</summary>
    public async ValueTask<byte[]?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var feed = Array.IndexOf(buffer, (byte)'\n', start, end - start);
            if (feed >= 0)
            {
                line.Write(buffer.AsSpan(start, feed - start));
                start = feed + 1;
                var bytes = line.WrittenSpan.ToArray();
                line.ResetWrittenCount();
                return bytes is [.. var text, (byte)'\r'] ? text : bytes;
            }

            line.Write(buffer.AsSpan(start, end - start));
            start = 0;
            end = await stream.ReadAsync(buffer, cancellation);
            if (end == 0)
                return null;
        }
    }
}
