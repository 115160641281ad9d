namespace SmtpTransport.Gateway.Spool;

/// <summary>Which lines belong into one mail (design §5). Pure.</summary>
public static class DraftJoining
{
    /// <summary>However fast a user types, the first line does not wait longer.</summary>
    public static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(5);

    /// <summary>Of one message, and of one mail.</summary>
    public const int MaxFiles = 20;

    /// <summary>As far as clients say it: what would not go by mail as one may go as two.</summary>
    private const long MaxAnnounced = 20_000_000;

    private const int MaxLines = 100;
    private const int MaxText = 200_000;

    /// <param name="lines">Those of the held mail, for the same recipients; at least one.</param>
    public static bool MayJoin(IReadOnlyList<DraftLine> lines, DraftLine line) =>
        lines.Count < MaxLines
        && lines.Sum(held => held.Body.Length) + line.Body.Length <= MaxText
        && lines.Sum(held => held.Files.Count) + line.Files.Count <= MaxFiles
        && (line.Files.Count == 0 || lines.Sum(Announced) + Announced(line) <= MaxAnnounced)
        && lines.All(held => held.OwnId is null && AreOne(held.Thread, line.Thread) && AreOne(held.ReplyToId, line.ReplyToId) && AreOne(held.Subject, line.Subject));

    private static long Announced(DraftLine line) => line.Files.Sum(file => Math.Min(file.Size ?? 0, MaxAnnounced + 1));

    // What a later line leaves open is as in the first; two different threads, answers or subjects are two mails.
    private static bool AreOne(string? held, string? added) => held is null || added is null || held == added;
}
