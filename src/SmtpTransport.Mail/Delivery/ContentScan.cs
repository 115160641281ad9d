using System.Buffers;
using System.Text;

namespace SmtpTransport.Mail.Delivery;

/// <summary>What one look at the octets of a mail tells about how it can travel.</summary>
internal sealed class ContentScan
{
    // RFC 5321 §4.5.3.1.6, without the CRLF.
    private const int MaxLine = 998;

    private int line;
    private bool afterCr;

    /// <summary>A CR or LF that stands alone: RFC 5321 §2.3.8 forbids to send it, and smugglers live by it.</summary>
    public bool HasBareBreaks { get; private set; }

    /// <summary>ASCII in short lines: goes out as it is, whatever the next hop offers.</summary>
    public bool IsPlain { get; private set; } = true;

    public static async Task<ContentScan> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var scan = new ContentScan();
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (await stream.ReadAsync(buffer, cancellation) is var count && count > 0)
                scan.Read(buffer.AsSpan(0, count));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        scan.HasBareBreaks |= scan.afterCr;
        scan.IsPlain &= !scan.HasBareBreaks;
        return scan;
    }

    private void Read(ReadOnlySpan<byte> bytes)
    {
        IsPlain &= Ascii.IsValid(bytes) && !bytes.Contains((byte)0);
        while (bytes.IndexOfAny((byte)'\r', (byte)'\n') is var at && at >= 0)
        {
            Count(at);
            var isLf = bytes[at] == '\n';
            HasBareBreaks |= isLf != afterCr;
            afterCr = !isLf;
            if (isLf)
                line = 0;
            bytes = bytes[(at + 1)..];
        }

        Count(bytes.Length);
    }

    private void Count(int octets)
    {
        HasBareBreaks |= afterCr && octets > 0;
        afterCr &= octets == 0;
        line += octets;
        IsPlain &= line <= MaxLine;
    }
}
