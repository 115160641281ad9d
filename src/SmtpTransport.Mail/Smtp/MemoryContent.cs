namespace SmtpTransport.Mail.Smtp;

/// <summary>A small mail.</summary>
internal sealed class MemoryContent(byte[] octets, ReadOnlyMemory<byte> bodyHash) : MessageContent
{
    public override long Length => octets.Length;

    public override ReadOnlyMemory<byte> BodyHash => bodyHash;

    public override Stream OpenRead() => new MemoryStream(octets, writable: false);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
