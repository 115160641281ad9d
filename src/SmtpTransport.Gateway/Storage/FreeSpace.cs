using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.Storage;

/// <summary>
/// Whether the disk under a file has room. Every mail asks, so what was enough a second ago is enough; what was not is looked
/// at again, so that room that was made is used at once.
/// </summary>
internal sealed class FreeSpace(string file, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly DriveInfo disk = new(Path.GetDirectoryName(Path.GetFullPath(file))!);
    private Look latest = new(0, TimeSpan.Zero);

    public long Octets => disk.AvailableFreeSpace;

    public bool Holds(long octets)
    {
        var (free, at) = latest;
        var now = time.Steady();
        if (free > octets && now - at < Fresh)
            return true;
        latest = new Look(Octets, now);
        return latest.Octets > octets;
    }

    // One reference, so that threads see a figure and its time together.
    private sealed record Look(long Octets, TimeSpan At);
}
