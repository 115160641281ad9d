using System.IO.Compression;

namespace SmtpTransport.Gateway.Reading;

/// <summary>All files of a mail in one ZIP archive.</summary>
internal static class FileArchive
{
    public const string Name = "files.zip";

    public static async Task WriteAsync(IReadOnlyList<Attachment> files, Stream target, CancellationToken cancellation)
    {
        using var archive = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in files)
        {
            await using var entry = archive.CreateEntry(Unique(FileName.Of(file.Entity, file.Name), names), CompressionLevel.Fastest).Open();
            await FilePart.WriteToAsync(file.Entity, entry, cancellation);
        }
    }

    /// <summary>Unpacking must not write one over the other, on any disk.</summary>
    private static string Unique(string name, HashSet<string> taken)
    {
        var unique = name;
        for (var n = 2; !taken.Add(unique); n++)
            unique = $"{Path.GetFileNameWithoutExtension(name)} ({n}){Path.GetExtension(name)}";
        return unique;
    }
}
