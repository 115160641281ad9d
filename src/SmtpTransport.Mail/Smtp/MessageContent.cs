namespace SmtpTransport.Mail.Smtp;

/// <summary>
/// The bytes of one mail, dot-unstuffed: in memory up to a threshold, beyond it in a temporary file that goes away with
/// this object.
/// </summary>
public abstract class MessageContent : IAsyncDisposable
{
    /// <summary>Octets.</summary>
    public abstract long Length { get; }

    /// <summary>SHA-256 over everything after the blank line that ends the header.</summary>
    public abstract ReadOnlyMemory<byte> BodyHash { get; }

    /// <summary>A new seekable stream from the first octet; several may be open at once. The caller disposes it.</summary>
    public abstract Stream OpenRead();

    public abstract ValueTask DisposeAsync();
}
