namespace SmtpTransport.Gateway.Storage;

/// <summary>How much room the disk under a file has; looked at once a second at most, for every mail asks.</summary>
internal sealed class FreeSpace(string file, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly DriveInfo disk = new(Path.GetDirectoryName(Path.GetFullPath(file))!);
    private Look latest = new(0, DateTimeOffset.MinValue);

    public long Octets
    {
        get
        {
            var (octets, at) = latest;
            var now = time.GetUtcNow();
            if (now - at < Fresh)
                return octets;
            latest = new Look(disk.AvailableFreeSpace, now);
            return latest.Octets;
        }
    }

    // One reference, so that threads see a figure and its time together.
    private sealed record Look(long Octets, DateTimeOffset At);
}
