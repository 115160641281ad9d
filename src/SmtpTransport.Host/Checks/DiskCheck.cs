using System.Data.Common;
using SmtpTransport.Gateway.Storage;

namespace SmtpTransport.Host.Checks;

/// <summary>Room where <c>Storage</c> lies: without it every mail is answered with 452.</summary>
internal static class DiskCheck
{
    private const string Subject = "Disk";
    private const long Comfort = 1024L * 1024 * 1024;

    public static Finding Look(string connectionString, long largestMail)
    {
        var file = (string)new DbConnectionStringBuilder { ConnectionString = connectionString }["Data Source"];
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        return Directory.Exists(folder)
            ? Judge(folder, new DriveInfo(folder).AvailableFreeSpace, largestMail)
            : Finding.Fault(Subject, $"{folder} does not exist", $"Make it, owned by the user that the gateway runs as: install -d -m 700 {folder}");
    }

    internal static Finding Judge(string folder, long free, long largestMail)
    {
        var text = $"{free / (1024 * 1024)} MiB free at {folder}";
        return free < SqlSpool.Reserve + largestMail ? Finding.Fault(Subject, text + ": mail is answered with 452", "Make room there, or move Storage")
            : free < Comfort ? Finding.Advice(Subject, text, "Make room there before it is full, or move Storage")
            : Finding.Ok(Subject, text);
    }
}
