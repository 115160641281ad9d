using Microsoft.Data.Sqlite;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.Storage;

/// <summary>Reports that are owed, as rows.</summary>
public sealed class SqlReports(SqliteDatabase database, TimeProvider time) : IReports
{
    /// <summary>How long a report waits for the fates of the other recipients: one report for each mail, and none that comes too late to be of use.</summary>
    private static readonly TimeSpan Collect = TimeSpan.FromMinutes(10);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public IReadOnlyList<string> Ready(int limit) => database.Read(session => session.Query(
        """
        SELECT mail_id FROM owed_report GROUP BY mail_id
        HAVING min(due_at) <= $1 OR NOT EXISTS (SELECT 1 FROM recipient WHERE recipient.mail_id = owed_report.mail_id AND state < 2 AND part = 0)
        LIMIT $2
        """,
        row => row.GetString(0),
        Now, limit));

    public OwedReport? Find(string mailId) => database.Read(session => session.Query(
        "SELECT reverse_path, received_at, body_id, return_kind, envelope_id, message_id, header FROM mail WHERE id = $1",
        row => new OwedReport(
            mailId, EmailAddress.Parse(row.GetString(0)), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), row.GetString(5),
            row.IsDBNull(2) ? null : row.GetInt64(2), Text(row, 3), Text(row, 4), Recipients(session, mailId))
        {
            Header = row.IsDBNull(6) ? null : row.GetFieldValue<byte[]>(6),
        },
        mailId)) is [var mail] && mail.Recipients.Count > 0 ? mail : null;

    public Task PayAsync(OwedReport owed, ComposedReport report)
    {
        var bodyId = SpoolId.New(time);
        var recipientId = SpoolId.New(time);
        return database.Writer.WriteAsync(session =>
        {
            var paid = owed.Recipients.Count(recipient => session.Execute("DELETE FROM owed_report WHERE id = $1", recipient.OwedId) > 0);
            if (paid > 0)
                Insert(session, owed.MailId, owed.Sender, report, bodyId, recipientId, Now);
            SqlSettlements.ReleaseMail(session, owed.MailId);
        });
    }

    public Task OweDelaysAsync(DateTimeOffset waitingSince, int limit) => database.Writer.WriteAsync(session =>
    {
        var late = session.Query(
            """
            SELECT recipient.id, coalesce(last_error, '451 4.4.1 No answer from the XMPP server yet') FROM recipient JOIN mail ON mail.id = mail_id
            WHERE recipient.direction = 0 AND state = 0 AND delay_told = 0 AND may_report = 1 AND received_at <= $1 LIMIT $2
            """,
            row => (Id: row.GetInt64(0), Why: row.GetString(1)),
            waitingSince.ToUnixTimeMilliseconds(), limit);
        foreach (var (id, why) in late)
        {
            Owe(session, id, ReportedAction.Delayed, why, Now);
            session.Execute("UPDATE recipient SET delay_told = 1 WHERE id = $1", id);
        }
    });

    /// <summary>As far as the sender is verified and wishes it (RFC 3461 §4.1). The recipient must still have its row.</summary>
    /// <param name="now">For what can be said at once; what may be joined by others waits a little.</param>
    internal static void Owe(SqliteSession session, long recipientId, ReportedAction action, string reply, long now) => session.Execute(
        """
        INSERT INTO owed_report (mail_id, address, original, action, reply, due_at)
        SELECT mail_id, address, original, $2, $3, $4 FROM recipient JOIN mail ON mail.id = mail_id
        WHERE recipient.id = $1 AND part = 0 AND may_report = 1 AND coalesce(notify, $6) & $5 <> 0
        """,
        recipientId, (int)action, reply, Due(action, now), (int)Wish(action), (int)(DsnNotify.Failure | DsnNotify.Delay));

    /// <summary>For a RCPT that was refused in the session, among others that were taken.</summary>
    internal static void Owe(SqliteSession session, string mailId, RefusedRecipient refused, long now) => session.Execute(
        "INSERT INTO owed_report (mail_id, address, original, action, reply, due_at) SELECT id, $2, $3, $4, $5, $6 FROM mail WHERE id = $1 AND may_report = 1 AND $7",
        mailId, refused.Recipient.Address.ToString(), refused.Recipient.OriginalRecipient, (int)ReportedAction.Failed, refused.Reply,
        Due(ReportedAction.Failed, now), refused.Recipient.Notify is null || refused.Recipient.Notify.Value.HasFlag(DsnNotify.Failure) ? 1 : 0);

    private static DsnNotify Wish(ReportedAction action) => action switch
    {
        ReportedAction.Failed => DsnNotify.Failure,
        ReportedAction.Delayed => DsnNotify.Delay,
        _ => DsnNotify.Success,
    };

    private static long Due(ReportedAction action, long now) => action == ReportedAction.Delayed ? now : now + (long)Collect.TotalMilliseconds;

    private static List<OwedRecipient> Recipients(SqliteSession session, string mailId) => session.Query(
        "SELECT id, address, original, action, reply FROM owed_report WHERE mail_id = $1 ORDER BY id",
        row => new OwedRecipient(
            row.GetInt64(0), new ReportedRecipient(EmailAddress.Parse(row.GetString(1)), Text(row, 2), (ReportedAction)row.GetInt32(3), row.GetString(4))),
        mailId);

    /// <summary>Puts a report into the spool, to leave with a null reverse path.</summary>
    /// <param name="mailId">Of the mail that it is about.</param>
    internal static void Insert(SqliteSession session, string mailId, EmailAddress to, ComposedReport report, long bodyId, long recipientId, long now)
    {
        var sender = to.ToString();
        SqlBodies.Insert(session, bodyId, report.Octets);
        session.Execute(
            // RFC 8689 §5: a report on a mail with REQUIRETLS is bound to it as well.
            """
            INSERT INTO mail (id, direction, reverse_path, owner, body_id, message_id, trace, received_at, require_tls)
            VALUES ($1, 1, '', '', $2, $3, '', $4, coalesce((SELECT require_tls FROM mail WHERE id = $5), 0))
            """,
            report.Id, bodyId, report.MessageId, now, mailId);
        session.Execute(
            """
            INSERT INTO recipient (id, mail_id, direction, address, jid, destination, state, leased, due_at, attempts, delay_told)
            VALUES ($1, $2, 1, $3, '', $4, 0, 0, $5, 0, 1)
            """,
            recipientId, report.Id, sender, to.Domain, now);
        SqlHistory.Add(session, report.Id, MailStep.Accepted, $"from <> for {sender}: report on {mailId}", now);
        SqlHistory.Add(session, mailId, MailStep.Reported, $"to {sender} as {report.Id}", now);
    }

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
