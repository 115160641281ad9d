using System.Buffers;
using MimeKit;

namespace SmtpTransport.Mail.Delivery;

/// <summary>The RFC 5322 bytes of one mail, parsed for MailKit, and what they ask of the next hop.</summary>
internal sealed class OutgoingContent : IDisposable
{
    // RFC 5321 §4.5.3.1.6, without the CRLF.
    private const int MaxLine = 998;

    private readonly Stream stream;

    private OutgoingContent(Stream stream, MimeMessage message)
    {
        this.stream = stream;
        Message = message;
    }

    public MimeMessage Message { get; }

    /// <summary>Octets; exact unless the content has to be re-encoded on the way.</summary>
    public long Length => stream.Length;

    /// <summary>ASCII in short lines: goes out as it is, whatever the next hop offers.</summary>
    public bool IsPlain { get; private init; }

    /// <summary>Raw UTF-8 in the header (RFC 6532): needs SMTPUTF8.</summary>
    public bool HasInternationalHeader => Message.Headers.Any(header => !IsAscii(header.RawValue));

    /// <exception cref="FormatException">This is no mail.</exception>
    public static async Task<OutgoingContent> OpenAsync(Func<Stream> open, CancellationToken cancellation)
    {
        var stream = open();
        try
        {
            var plain = await ScanAsync(stream, cancellation);
            stream.Position = 0;
            // Persistent: parts stay in the stream and are not copied.
            var message = await MimeMessage.LoadAsync(stream, persistent: true, cancellation);
            return new OutgoingContent(stream, message) { IsPlain = plain };
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Spells the header in ASCII (RFC 2047, A-labels) as far as that goes.</summary>
    /// <returns>False when an address cannot be spelled so.</returns>
    public bool TryDowngradeHeader()
    {
        foreach (var header in Message.Headers.Where(header => !IsAscii(header.RawValue)).ToList())
            header.SetValue(FormatOptions.Default, System.Text.Encoding.UTF8, header.Value);
        return !HasInternationalHeader;
    }

    public void Dispose()
    {
        Message.Dispose();
        stream.Dispose();
    }

    private static bool IsAscii(ReadOnlySpan<byte> bytes) => System.Text.Ascii.IsValid(bytes);

    private static async Task<bool> ScanAsync(Stream stream, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            var line = 0;
            while (await stream.ReadAsync(buffer, cancellation) is var count && count > 0)
            {
                if (!IsAscii(buffer.AsSpan(0, count)) || !HasShortLines(buffer.AsSpan(0, count), ref line))
                    return false;
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool HasShortLines(ReadOnlySpan<byte> bytes, ref int line)
    {
        while (bytes.IndexOf((byte)'\n') is var end && end >= 0)
        {
            if (line + end > MaxLine + 1)
                return false;
            line = 0;
            bytes = bytes[(end + 1)..];
        }

        line += bytes.Length;
        return line <= MaxLine + 1;
    }
}
