using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Gateway.Files;

/// <summary>What became of the files of one draft.</summary>
public sealed record GatheredFiles(IReadOnlyList<AttachedFile> Attached, IReadOnlyList<MissingFile> Missing) : IAsyncDisposable
{
    /// <summary>Nobody has looked for them.</summary>
    public static GatheredFiles NotFetched(IEnumerable<DraftLine> lines, string why) =>
        new([], [.. lines.SelectMany(line => line.Files).DistinctBy(file => file.Url).Select(file => new MissingFile(file.Url, FileNames.Of(file, null), why, MayPass: false))]);

    public async ValueTask DisposeAsync()
    {
        foreach (var file in Attached)
            await file.Content.DisposeAsync();
    }
}
