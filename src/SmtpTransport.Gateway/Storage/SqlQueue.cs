using Microsoft.Data.Sqlite;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Storage;

/// <summary>The operator's view, straight from the tables: right beside a running gateway, which looks at them every second.</summary>
public sealed class SqlQueue(SqliteDatabase database, TimeProvider time) : IQueue
{
    /// <summary>What was taken is only kept for a moment and is nobody's business any more.</summary>
    private const string Shown = "state <> 1";

    private const string State =
        "CASE WHEN state = 2 THEN 'failed' WHEN leased = 1 THEN 'sending' WHEN failing_since IS NOT NULL THEN 'deferred' WHEN direction = 1 AND attempts = 0 AND due_at > $1 THEN 'held' ELSE 'waiting' END";

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public Task<IReadOnlyList<QueueItem>> ListAsync(CancellationToken cancellation) => Task.FromResult(database.Read<IReadOnlyList<QueueItem>>(session =>
    {
        var rows = session.Query(
            $"""
            SELECT mail_id, direction, CASE WHEN direction = 0 AND address = '' THEN jid ELSE address END, {State}, attempts, due_at, last_error
            FROM recipient WHERE {Shown} ORDER BY due_at
            """,
            row => (MailId: row.GetString(0), Direction: (MailDirection)row.GetInt32(1), To: row.GetString(2), State: row.GetString(3),
                Attempts: row.GetInt32(4), Due: Time(row.GetInt64(5)), LastError: Text(row, 6)),
            Now);
        var senders = new Dictionary<string, string>();
        foreach (var (id, from) in session.Query("SELECT id, reverse_path FROM mail", row => (row.GetString(0), row.GetString(1))))
            senders[id] = from;
        return rows.GroupBy(row => row.MailId).Select(mail => (First: mail.First(), To: mail.Select(row => row.To).ToList()))
            .Select(mail => new QueueItem(
                mail.First.MailId, mail.First.Direction, senders.GetValueOrDefault(mail.First.MailId, ""), mail.To,
                mail.First.State, mail.First.Attempts, mail.First.Due, mail.First.LastError))
            .ToList();
    }));

    public Task<QueueDetail?> ShowAsync(string id, CancellationToken cancellation) => Task.FromResult(database.Read(session =>
    {
        var recipients = session.Query(
            $"SELECT address, {State}, attempts, due_at, last_error FROM recipient WHERE mail_id = $2 AND {Shown} ORDER BY due_at",
            row => new QueueRecipient(row.GetString(0), row.GetString(1), row.GetInt32(2), row.GetString(1) == "failed" ? null : Time(row.GetInt64(3)), Text(row, 4)),
            Now, id);
        return recipients.Count == 0 ? null : session.Query(
            """
            SELECT direction, reverse_path, received_at,
                   coalesce((SELECT sum(length(octets)) FROM body_chunk WHERE body_chunk.body_id = mail.body_id), 0)
            FROM mail WHERE id = $1
            """,
            row => new QueueDetail(id, (MailDirection)row.GetInt32(0), row.GetString(1), Time(row.GetInt64(2)), row.GetInt64(3), recipients),
            id).FirstOrDefault();
    }));

    public Task<bool> RetryAsync(string id, CancellationToken cancellation) => database.Writer.WriteAsync(session => session.Execute(
        "UPDATE recipient SET due_at = $2 WHERE mail_id = $1 AND state = 0 AND leased = 0", id, Now) > 0);

    public Task<bool> DropAsync(string id, CancellationToken cancellation) => database.Writer.WriteAsync(session =>
    {
        // What is being sent right now has an outcome in a moment.
        var dropped = session.Query(
            "DELETE FROM recipient WHERE mail_id = $1 AND leased = 0 AND state <> 1 RETURNING direction, address, state",
            row => (Direction: (MailDirection)row.GetInt32(0), Address: row.GetString(1), IsOver: row.GetInt32(2) == 2),
            id);
        foreach (var recipient in dropped.Where(r => r is { Direction: MailDirection.ChatToMail, IsOver: false }))
            Tell(session, id, recipient.Address);
        SqlSettlements.ReleaseMail(session, id);
        return dropped.Count > 0;
    });

    /// <summary>How full the spool is, for the metrics.</summary>
    public QueueLevels Levels() => database.Read(session =>
    {
        var items = session.Query(
            $"SELECT direction, {State} AS shown, count(*) FROM recipient WHERE {Shown} GROUP BY direction, shown",
            row => new QueueLevel((MailDirection)row.GetInt32(0), row.GetString(1), row.GetInt64(2)),
            Now);
        var oldest = session.Query(
            "SELECT r.direction, min(m.received_at) FROM recipient r JOIN mail m ON m.id = r.mail_id WHERE r.state = 0 GROUP BY r.direction",
            row => ((MailDirection)row.GetInt32(0), time.GetUtcNow() - Time(row.GetInt64(1))));
        return new QueueLevels(items, oldest.ToDictionary(o => o.Item1, o => o.Item2));
    });

    private void Tell(SqliteSession session, string mailId, string address)
    {
        foreach (var line in SqlDrafts.Lines(session, mailId))
        {
            SqlNotices.Insert(session, SpoolId.New(time), UserNotices.Error(line, Refusals.Dropped));
            SqlNotices.Insert(session, SpoolId.New(time), UserNotices.Failure(line, address, Refusals.Dropped));
        }
    }

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
