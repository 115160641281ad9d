using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SmtpTransport.Host.Checks;

/// <summary>
/// The clock, as far as the kernel knows: whether NTP keeps it, and how far off it may be. Wrong time spoils signatures,
/// certificates and the dates of mails.
/// </summary>
internal static class ClockCheck
{
    private const string Subject = "Clock";
    private const string Cure = "timedatectl set-ntp true, or run chrony; in a container the host's clock counts";

    // adjtimex(2): what it returns while nobody keeps the clock, and where struct timex has its fields on 64-bit Linux.
    private const int TimeError = 5;
    private const int MaxErrorAt = 24;
    private const int SizeOfTimex = 208;

    private static readonly TimeSpan Tolerable = TimeSpan.FromSeconds(5);

    public static Finding Look()
    {
        var timex = new byte[SizeOfTimex];
        try
        {
            var state = AdjustTime(timex);
            return Judge(state, TimeSpan.FromMicroseconds(BinaryPrimitives.ReadInt64LittleEndian(timex.AsSpan(MaxErrorAt))));
        }
        catch (Exception absent) when (absent is DllNotFoundException or EntryPointNotFoundException)
        {
            return Finding.Advice(Subject, "this system does not tell whether NTP keeps it", Cure);
        }
    }

    internal static Finding Judge(int state, TimeSpan maxError) =>
        state is < 0 or TimeError ? Finding.Advice(Subject, "not kept by NTP, says the kernel", Cure)
        : maxError > Tolerable ? Finding.Advice(Subject, $"may be {maxError.TotalSeconds:0} s off, says the kernel", Cure)
        : Finding.Ok(Subject, $"kept by NTP, at most {Math.Ceiling(maxError.TotalMilliseconds):0} ms off, says the kernel");

    // With no mode set it only reads.
    [DllImport("libc", EntryPoint = "adjtimex")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int AdjustTime([In, Out] byte[] timex);
}
