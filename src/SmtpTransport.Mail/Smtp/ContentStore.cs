using System.Buffers;

namespace SmtpTransport.Mail.Smtp;

/// <summary>
/// Takes octets in: pooled memory first, beyond <see cref="SmtpLimits.InMemory"/> a file. The file loses its name as soon as
/// it is open, so that nothing of a mail stays behind whatever becomes of this process.
/// </summary>
internal sealed class ContentStore(string directory) : IDisposable
{
    private const int FirstBuffer = 4096;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
    private int buffered;
    private FileStream? file;
    private long written;

    public long Length => written + buffered;

    /// <summary>Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> when the file cannot be written.</summary>
    public void Write(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            if (buffered == buffer.Length)
                MakeRoom();
            var count = Math.Min(octets.Length, buffer.Length - buffered);
            octets[..count].CopyTo(buffer.AsSpan(buffered));
            buffered += count;
            octets = octets[count..];
        }
    }

    /// <summary>What was written, with its own life: this store may be disposed.</summary>
    public MessageContent Take(ReadOnlyMemory<byte> bodyHash)
    {
        if (file is null)
            return new MemoryContent(buffer.AsSpan(0, buffered).ToArray(), bodyHash);
        Spill();
        var content = new FileContent(file, written, bodyHash);
        file = null;
        return content;
    }

    public void Dispose()
    {
        file?.Dispose();
        file = null;
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        buffered = 0;
    }

    private void MakeRoom()
    {
        if (buffer.Length >= SmtpLimits.InMemory)
        {
            Spill();
            return;
        }
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, buffered).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    // Synchronous: a write of 64 KiB into the page cache is a copy, cheaper than a thread pool's detour.
    private void Spill()
    {
        file ??= OpenNameless();
        RandomAccess.Write(file.SafeFileHandle, buffer.AsSpan(0, buffered), written);
        written += buffered;
        buffered = 0;
    }

    private FileStream OpenNameless()
    {
        // CreateNew is O_EXCL: nobody can have put a link there.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var created = new FileStream(Path.Combine(directory, $"smtp-transport-{Guid.NewGuid():N}"), options);
        File.Delete(created.Name);
        return created;
    }
}
