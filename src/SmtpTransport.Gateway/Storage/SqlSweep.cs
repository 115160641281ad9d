using System.Collections.Concurrent;
using System.Text.Json;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.Storage;

/// <summary>Housekeeping in small transactions, so that no delivery waits behind it.</summary>
internal sealed class SqlSweep(SqliteDatabase database, TimeProvider time)
{
    /// <summary>A sender that lost our 250 tries again within hours (RFC 1047); a day is ample.</summary>
    public static readonly TimeSpan MemoryOfTaken = TimeSpan.FromHours(24);

    /// <summary>Replies to older mails start a new thread.</summary>
    private static readonly TimeSpan MemoryOfCorrespondence = TimeSpan.FromDays(400);

    /// <summary>With each state named, the index is searched by time; <c>state &gt; 0</c> is what makes it usable.</summary>
    internal const string Settled = "SELECT id, mail_id, state = 1 AND coalesce(notify, 0) & 1, state = 1 AND coalesce(report_until, 0) > $1 FROM recipient WHERE state > 0 AND state IN (1, 2) AND due_at <= $1 LIMIT $2";

    /// <summary>It reads the whole history, and mails that still wait are passed over again each time.</summary>
    private static readonly TimeSpan BetweenHistories = TimeSpan.FromMinutes(10);

    /// <summary>Longer than a return path is good for by what it may be younger than the mail.</summary>
    private static readonly TimeSpan MemoryOfSent = ReturnPaths.GoodFor + TimeSpan.FromDays(5);

    private const int Batch = 200;

    /// <summary>Bodies older than this that no mail names were left by the process before us.</summary>
    private readonly long startedAt = SpoolId.New(time);
    private readonly ConcurrentQueue<long> discarded = [];
    private TimeSpan sweepHistoryAt;
    private string? firstKept;
    private bool orphansSwept;

    /// <summary>Of the history.</summary>
    public int MaxSteps { get; init; } = SqlHistory.MaxSteps;

    /// <summary>A body whose mail could not be stored: what is there of it goes when the disk can write again.</summary>
    public void Discard(long bodyId) => discarded.Enqueue(bodyId);

    public async Task<bool> RunAsync()
    {
        await SweepDiscardedAsync();
        var now = time.GetUtcNow();
        var more = await database.Writer.WriteAsync(session => SweepSettled(session, now));
        more |= await database.Writer.WriteAsync(session => SweepRemembered(session, now));
        more |= await database.Writer.WriteAsync(session => SqlLinks.Sweep(session, now));
        more |= await database.Writer.WriteAsync(session => session.Execute(
            "DELETE FROM taken WHERE fingerprint IN (SELECT fingerprint FROM taken WHERE at < $1 LIMIT $2)",
            (now - MemoryOfTaken).ToUnixTimeMilliseconds(), Batch)) == Batch;
        more |= await database.Writer.WriteAsync(session => session.Execute(
            "DELETE FROM correspondence WHERE rowid IN (SELECT rowid FROM correspondence WHERE at < $1 LIMIT $2)",
            (now - MemoryOfCorrespondence).ToUnixTimeMilliseconds(), Batch)) == Batch;
        more |= await database.Writer.WriteAsync(session => SqlSentMails.Sweep(session, (now - MemoryOfSent).ToUnixTimeMilliseconds(), Batch));
        if (time.Steady() >= sweepHistoryAt)
        {
            // Read beside the writer: a million rows take their time.
            firstKept ??= database.Read(session => SqlHistory.FirstKept(session, now, MaxSteps));
            if (await database.Writer.WriteAsync(session => SqlHistory.Sweep(session, firstKept, Batch)) == Batch)
                more = true;
            else
                (firstKept, sweepHistoryAt) = (null, time.Steady() + BetweenHistories);
        }

        if (!orphansSwept)
            more |= !(orphansSwept = await database.Writer.WriteAsync(SweepOrphans) < Batch);
        return more;
    }

    private async Task SweepDiscardedAsync()
    {
        while (discarded.TryPeek(out var bodyId))
        {
            await database.Writer.WriteAsync(session => SqlBodies.Delete(session, bodyId));
            discarded.TryDequeue(out _);
        }
    }

    private static bool SweepSettled(SqliteSession session, DateTimeOffset now)
    {
        var settled = session.Query(
            Settled,
            row => (Id: row.GetInt64(0), MailId: row.GetString(1), IsSuccessWanted: row.GetInt32(2) != 0, IsRemembered: row.GetInt32(3) != 0),
            now.ToUnixTimeMilliseconds(), Batch);
        if (settled.Count == 0)
            return false;

        // Only now it is safe with the XMPP server; before, it may have been sent again, and be reported twice.
        foreach (var (id, _, _, _) in settled.Where(row => row.IsSuccessWanted))
            SqlReports.Owe(session, id, ReportedAction.Relayed, "250 2.0.0 Taken by the XMPP server", now.ToUnixTimeMilliseconds());
        session.Execute(
            "UPDATE recipient SET state = 3, due_at = report_until WHERE id IN (SELECT value FROM json_each($1))",
            JsonSerializer.Serialize(settled.Where(row => row.IsRemembered).Select(row => row.Id)));
        session.Execute(
            "DELETE FROM recipient WHERE id IN (SELECT value FROM json_each($1))",
            JsonSerializer.Serialize(settled.Where(row => !row.IsRemembered).Select(row => row.Id)));
        SqlSettlements.ReleaseMails(session, [.. settled.Select(row => row.MailId)]);
        return settled.Count == Batch;
    }

    /// <summary>Whose octets have gone before, and whose late refusals nobody waits for any more.</summary>
    private static bool SweepRemembered(SqliteSession session, DateTimeOffset now) => SqlSettlements.Sweep(
        session, "DELETE FROM recipient WHERE id IN (SELECT id FROM recipient WHERE state > 0 AND state = 3 AND due_at <= $1 LIMIT $2) RETURNING mail_id", now, Batch);

    private int SweepOrphans(SqliteSession session)
    {
        var orphans = session.Query(
            "SELECT id FROM body WHERE id < $1 AND NOT EXISTS (SELECT 1 FROM mail WHERE body_id = body.id) LIMIT $2",
            row => row.GetInt64(0),
            startedAt, Batch);
        orphans.ForEach(id => SqlBodies.Delete(session, id));
        return orphans.Count;
    }
}
