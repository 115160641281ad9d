using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Storage;

/// <summary>What bounces are matched with.</summary>
public sealed class SqlSentMails(SqliteDatabase database, TimeProvider time) : ISentMails
{
    /// <summary>Stands for whoever a bounce names and the mail does not.</summary>
    private const string Stranger = "";

    public SentMail? Find(string mailId) => database.Read(session =>
    {
        var lines = session.Query(
            "SELECT stanza_id, sender, addressed, wants_receipt FROM sent_line WHERE mail_id = $1 ORDER BY position",
            row => new StanzaOrigin(row.GetString(0), Jid.Parse(row.GetString(1)), Jid.Parse(row.GetString(2)), row.GetInt32(3) != 0),
            mailId);
        var recipients = session.Query("SELECT address FROM sent_recipient WHERE mail_id = $1 AND address <> $2", row => EmailAddress.Parse(row.GetString(0)), mailId, Stranger);
        return lines.Count == 0 ? null : new SentMail(mailId, recipients, lines);
    });

    public Task<bool> TellAsync(string mailId, EmailAddress? recipient, SentNews news, string why, IReadOnlyList<NewNotice> notices) => database.Writer.WriteAsync(session =>
    {
        var (address, now) = (recipient?.ToString() ?? Stranger, time.GetUtcNow().ToUnixTimeMilliseconds());
        if (recipient is null)
            session.Execute("INSERT INTO sent_recipient (mail_id, address, told, at) VALUES ($1, $2, 0, $3) ON CONFLICT DO NOTHING", mailId, address, now);
        if (session.Execute("UPDATE sent_recipient SET told = $3 WHERE mail_id = $1 AND address = $2 AND told < $3", mailId, address, (int)news) == 0)
            return false;
        SqlHistory.Add(session, mailId, MailStep.CameBack, why, now, address);
        foreach (var notice in notices)
            SqlNotices.Insert(session, SpoolId.New(time), notice);
        return true;
    });

    internal static void Remember(SqliteSession session, string mailId, long now)
    {
        session.Execute(
            """
            INSERT INTO sent_line (mail_id, position, stanza_id, sender, addressed, wants_receipt, at)
            SELECT mail_id, position, stanza_id, sender, addressed, wants_receipt, $2 FROM draft_line WHERE mail_id = $1
            """,
            mailId, now);
        session.Execute("INSERT INTO sent_recipient (mail_id, address, told, at) SELECT mail_id, address, 0, $2 FROM recipient WHERE mail_id = $1", mailId, now);
    }

    /// <summary>The user has been told that it failed: a bounce that comes as well says nothing new.</summary>
    internal static void Told(SqliteSession session, string mailId, string address) => session.Execute(
        "UPDATE sent_recipient SET told = 2 WHERE mail_id = $1 AND address = $2", mailId, address);

    internal static void Told(SqliteSession session, string mailId, long recipientId) => session.Execute(
        "UPDATE sent_recipient SET told = 2 WHERE mail_id = $1 AND address = (SELECT address FROM recipient WHERE id = $2)", mailId, recipientId);

    /// <summary>Nobody waits for it any more, and nobody's copy failed.</summary>
    internal static bool IsAllIn(SqliteSession session, string mailId) => session.Scalar<long>(
        """
        SELECT NOT EXISTS (SELECT 1 FROM recipient WHERE mail_id = $1)
            AND NOT EXISTS (SELECT 1 FROM sent_recipient WHERE mail_id = $1 AND told = 2)
        """,
        mailId) != 0;

    /// <returns>True when more is left.</returns>
    internal static bool Sweep(SqliteSession session, long before, int batch) =>
        Sweep(session, "sent_line", before, batch) | Sweep(session, "sent_recipient", before, batch);

    private static bool Sweep(SqliteSession session, string table, long before, int batch) => session.Execute(
        $"DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM {table} WHERE at < $1 LIMIT $2)", before, batch) == batch;
}
