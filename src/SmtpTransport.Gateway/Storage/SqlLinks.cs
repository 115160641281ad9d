using SmtpTransport.Gateway.Links;
using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Gateway.Storage;

/// <summary>Links in SQL. One that is good keeps its mail, and with that the body.</summary>
public sealed class SqlLinks(SqliteDatabase database, TimeProvider time) : ILinks
{
    /// <summary>For <c>NOT EXISTS</c>: a good link to the mail whose id is in scope as <c>mail.id</c>.</summary>
    internal const string ToMail = "SELECT 1 FROM link WHERE link.mail_id = mail.id AND revoked = 0";

    /// <summary>Each may be the last one to a large mail, whose octets go with it.</summary>
    private const int Batch = 20;

    public LinkedMail? Find(string token) => database.Read(session => session.Query(
        """
        SELECT mail_id, part, body_id, received_at, expires_at, authentication, sender_verified, author_standing, warnings
        FROM link JOIN mail ON mail.id = mail_id WHERE token = $1 AND revoked = 0 AND expires_at > $2 AND body_id IS NOT NULL
        """,
        row => new LinkedMail(row.GetString(0), row.GetInt32(1), row.GetInt64(2), Time(row.GetInt64(3)), Time(row.GetInt64(4)))
        {
            Authentication = new MailAuthentication(row.GetString(5), row.GetInt32(6) != 0, (AuthorStanding)row.GetInt32(7)),
            Warnings = row.GetString(8).Split('\n', StringSplitOptions.RemoveEmptyEntries),
        },
        token, time.GetUtcNow().ToUnixTimeMilliseconds())).FirstOrDefault();

    public Task PublishAsync(long recipientId, MailLink link) => database.Writer.WriteAsync(session => Insert(session, recipientId, link));

    public Task<bool> RevokeAsync(string token) => database.Writer.WriteAsync(session =>
    {
        var mails = session.Query(
            """
            UPDATE link SET revoked = 1 WHERE revoked = 0 AND (mail_id, owner) IN (SELECT mail_id, owner FROM link WHERE token = $1 AND revoked = 0 AND expires_at > $2)
            RETURNING mail_id
            """,
            row => row.GetString(0),
            token, time.GetUtcNow().ToUnixTimeMilliseconds());
        if (mails.Count > 0)
            SqlSettlements.ReleaseMails(session, [mails[0]]);
        return mails.Count > 0;
    });

    /// <summary>For a recipient that still has its row.</summary>
    internal static void Insert(SqliteSession session, long recipientId, MailLink link) => session.Execute(
        """
        INSERT INTO link (token, mail_id, owner, part, expires_at, revoked) SELECT $2, mail_id, jid, $3, $4, 0 FROM recipient WHERE id = $1
        ON CONFLICT (token) DO NOTHING
        """,
        recipientId, link.Token, link.Part, link.ExpiresAt.ToUnixTimeMilliseconds());

    /// <returns>True when more is left.</returns>
    internal static bool Sweep(SqliteSession session, DateTimeOffset now) => SqlSettlements.Sweep(
        session, "DELETE FROM link WHERE token IN (SELECT token FROM link WHERE expires_at <= $1 LIMIT $2) RETURNING mail_id", now, Batch);

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
