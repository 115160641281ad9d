using Microsoft.Data.Sqlite;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Storage;

/// <summary>The operator's view, straight from the tables: right beside a running gateway, which looks at them every second.</summary>
public sealed class SqlQueue(SqliteDatabase database, TimeProvider time) : IQueue
{
    /// <summary>What was taken is only kept for a moment and is nobody's business any more.</summary>
    private const string Shown = "state IN (0, 2)";

    private const string State =
        "CASE WHEN state = 2 THEN 'failed' WHEN leased = 1 THEN 'sending' WHEN failing_since IS NOT NULL THEN 'deferred' WHEN recipient.direction = 1 AND attempts = 0 AND due_at > $1 THEN 'held' ELSE 'waiting' END";

    /// <summary>What a mail's sender reads in the report.</summary>
    private const string DroppedReply = "550 5.3.0 The administrator of the mail gateway has stopped this mail";

    private static readonly TimeSpan KeepLevels = TimeSpan.FromSeconds(5);

    /// <summary>Counting never takes more than a twentieth of one processor.</summary>
    private const int RestFactor = 20;

    private readonly Lock counting = new();
    private QueueLevels? levels;
    private long countAgainAt;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public Task<IReadOnlyList<QueueItem>> ListAsync(QueueFilter filter, CancellationToken cancellation) => Task.FromResult(database.Read<IReadOnlyList<QueueItem>>(session =>
        session.Query(
            $"""
            SELECT mail.id, mail.direction, reverse_path, address, {State}, attempts, due_at, last_error, received_at
            FROM recipient JOIN mail ON mail.id = mail_id WHERE {Shown} ORDER BY due_at
            """,
            row => new QueueItem(
                row.GetString(0), (MailDirection)row.GetInt32(1), row.GetString(2), [row.GetString(3)], row.GetString(4), row.GetInt32(5),
                Time(row.GetInt64(6)), Text(row, 7))
            {
                Taken = Time(row.GetInt64(8)),
            },
            Now)
        .GroupBy(item => item.Id)
        .Select(mail => mail.First() with { To = [.. mail.SelectMany(item => item.To).Distinct()] })
        .Where(item => filter.Matches(item, time.GetUtcNow()))
        .ToList()));

    public Task<QueueDetail?> ShowAsync(string id, CancellationToken cancellation) => Task.FromResult(database.Read(session =>
    {
        var recipients = session.Query(
            $"SELECT {SqlHistory.Recipient}, {State}, attempts, due_at, last_error FROM recipient WHERE mail_id = $2 AND {Shown} ORDER BY due_at",
            row => new QueueRecipient(row.GetString(0), row.GetString(1), row.GetInt32(2), row.GetString(1) == "failed" ? null : Time(row.GetInt64(3)), Text(row, 4)),
            Now, id);
        var mail = recipients.Count == 0 ? null : session.Query(
            """
            SELECT direction, reverse_path, received_at,
                   coalesce((SELECT sum(length(octets)) FROM body_chunk WHERE body_chunk.body_id = mail.body_id), 0)
            FROM mail WHERE id = $1
            """,
            row => new QueuedMail((MailDirection)row.GetInt32(0), row.GetString(1), Time(row.GetInt64(2)), row.GetInt64(3), recipients),
            id).FirstOrDefault();
        var history = SqlHistory.Read(session, id);
        return mail is null && history.Count == 0 ? null : new QueueDetail(id, mail, history);
    }));

    public Task<QueueChange> RetryAsync(string id, CancellationToken cancellation) => database.Writer.WriteAsync(session =>
    {
        if (session.Execute("UPDATE recipient SET due_at = $2 WHERE mail_id = $1 AND state = 0 AND leased = 0", id, Now) == 0)
            return WhyNot(session, id);
        SqlHistory.Add(session, id, MailStep.Retried, "by the operator", Now);
        return QueueChange.Done;
    });

    public Task<QueueChange> DropAsync(string id, CancellationToken cancellation) => database.Writer.WriteAsync(session =>
    {
        // What is being sent right now has an outcome in a moment.
        foreach (var given in session.Query("SELECT id FROM recipient WHERE mail_id = $1 AND leased = 0 AND state = 0 AND direction = 0", row => row.GetInt64(0), id))
            SqlReports.Owe(session, given, ReportedAction.Failed, DroppedReply, Now);
        // Whoever reads the text waits for its files: the gateway tells them.
        var stopped = session.Execute("UPDATE recipient SET given_up = 1, due_at = $2 WHERE mail_id = $1 AND leased = 0 AND state = 0 AND part > 0", id, Now);
        var dropped = session.Query(
            $"DELETE FROM recipient WHERE mail_id = $1 AND leased = 0 AND {Shown} AND given_up = 0 RETURNING direction, {SqlHistory.Recipient}, state",
            row => (Direction: (MailDirection)row.GetInt32(0), Address: row.GetString(1), IsOver: row.GetInt32(2) == 2),
            id);
        if (dropped.Count + stopped == 0)
            return WhyNot(session, id);
        foreach (var recipient in dropped)
        {
            SqlHistory.Add(session, id, MailStep.Dropped, "by the operator", Now, recipient.Address);
            if (recipient is { Direction: MailDirection.ChatToMail, IsOver: false })
                Tell(session, id, recipient.Address);
        }

        SqlSettlements.ReleaseMail(session, id);
        return QueueChange.Done;
    });

    private static QueueChange WhyNot(SqliteSession session, string id) =>
        session.Scalar<long>("SELECT EXISTS (SELECT 1 FROM recipient WHERE mail_id = $1 AND state = 0)", id) != 0 ? QueueChange.BeingSent
        : SqlHistory.Read(session, id).Count > 0 ? QueueChange.Over
        : QueueChange.Unknown;

    /// <summary>How full the spool is, for the metrics. Counting reads every row, so the answer is kept: for longer when it took longer.</summary>
    public QueueLevels Levels()
    {
        lock (counting)
        {
            var start = time.GetTimestamp();
            if (levels is { } known && start < countAgainAt)
                return known;
            levels = Count();
            var end = time.GetTimestamp();
            countAgainAt = end + Math.Max(time.TimestampFrequency * KeepLevels.Seconds, (end - start) * RestFactor);
            return levels;
        }
    }

    private QueueLevels Count() => database.Read(session =>
    {
        var rows = session.Query(
            $"SELECT direction, {State} AS shown, count(*), min(id) FROM recipient WHERE {Shown} GROUP BY direction, shown",
            row => (Level: new QueueLevel((MailDirection)row.GetInt32(0), row.GetString(1), row.GetInt64(2)), OldestId: row.GetInt64(3)),
            Now);

        // Ids grow with time, so the least of them is the oldest row.
        var oldest = rows.Where(row => row.Level.State != "failed").GroupBy(row => row.Level.Direction, row => row.OldestId).ToDictionary(
            direction => direction.Key,
            direction => time.GetUtcNow() - Time(session.Scalar<long>(
                "SELECT received_at FROM mail WHERE id = (SELECT mail_id FROM recipient WHERE id = $1)", direction.Min())));
        return new QueueLevels([.. rows.Select(row => row.Level)], oldest);
    });

    private void Tell(SqliteSession session, string mailId, string address)
    {
        SqlSentMails.Told(session, mailId, address);
        var lines = SqlDrafts.Lines(session, mailId);
        foreach (var line in lines)
            SqlNotices.Insert(session, SpoolId.New(time), UserNotices.Error(line.Origin, Refusals.Dropped));
        if (lines is [.., var last])
            SqlNotices.Insert(session, SpoolId.New(time), new NewNotice(UserNotices.Failure(last.Origin, address, Refusals.Dropped), UnlessOnline: last.Sender));
    }

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
