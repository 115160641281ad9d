using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Gateway.Storage;

/// <summary>What happened to each mail, written in the transactions in which it happened.</summary>
internal static class SqlHistory
{
    /// <summary>How long a mail is remembered that has gone: long enough for "did my mail of last Friday arrive?".</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(3);

    /// <summary>Steps in all: beyond them the oldest mails that have gone are forgotten earlier.</summary>
    public const int MaxSteps = 1_000_000;

    private const int MaxText = 400;

    /// <summary>Of the attempts that failed only the last ones stay: the pauses may be short and the days long.</summary>
    private const int MaxDeferrals = 50;

    /// <summary>How a recipient is shown; files that follow a mail have rows of their own.</summary>
    public static readonly string Recipient =
        $"address || CASE part WHEN 0 THEN '' WHEN {MailPart.Archive} THEN ' (files)' WHEN {MailPart.Text} THEN ' (text)' ELSE ' (file ' || part || ')' END";

    private const string Insert =
        "INSERT INTO mail_event (mail_id, position, at, step, recipient, text) SELECT $1, coalesce((SELECT max(position) FROM mail_event WHERE mail_id = $1), 0) + 1, $2, $3, ";

    public static void Add(SqliteSession session, string mailId, MailStep step, string text, long now, string recipient = "")
    {
        session.Execute(Insert + "$4, $5", mailId, now, (int)step, recipient, Short(text));
        if (step == MailStep.Deferred)
            Forget(session, mailId);
    }

    /// <summary>For a recipient that still has its row.</summary>
    public static void Add(SqliteSession session, string mailId, MailStep step, string text, long now, long recipientId)
    {
        session.Execute($"{Insert}{Recipient}, $5 FROM recipient WHERE id = $4", mailId, now, (int)step, recipientId, Short(text));
        if (step == MailStep.Deferred)
            Forget(session, mailId);
    }

    public static List<MailEvent> Read(SqliteSession session, string mailId) => session.Query(
        "SELECT at, step, recipient, text FROM mail_event WHERE mail_id = $1 ORDER BY position",
        row => new MailEvent(DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)), (MailStep)row.GetInt32(1), row.GetString(2), row.GetString(3)),
        mailId);

    /// <summary>The first mail to remember: of those before it there is no time left, or no room. Looks at every row.</summary>
    public static string FirstKept(SqliteSession session, DateTimeOffset now, int steps)
    {
        var inTime = MailIds.FirstAt(now - Memory);
        var inBounds = session.Scalar<string>("SELECT mail_id FROM mail_event ORDER BY mail_id DESC LIMIT 1 OFFSET $1", steps);
        return string.CompareOrdinal(inTime, inBounds) > 0 ? inTime : inBounds!;
    }

    /// <param name="firstKept">From <see cref="FirstKept"/>.</param>
    /// <returns>How many went.</returns>
    public static int Sweep(SqliteSession session, string firstKept, int limit) => session.Execute(
        """
        DELETE FROM mail_event WHERE (mail_id, position) IN (
            SELECT mail_id, position FROM mail_event
            WHERE mail_id < $1 AND NOT EXISTS (SELECT 1 FROM recipient WHERE recipient.mail_id = mail_event.mail_id) LIMIT $2)
        """,
        firstKept, limit);

    private static void Forget(SqliteSession session, string mailId) => session.Execute(
        """
        DELETE FROM mail_event WHERE mail_id = $1 AND step = $2 AND position <= (
            SELECT position FROM mail_event WHERE mail_id = $1 AND step = $2 ORDER BY position DESC LIMIT 1 OFFSET $3)
        """,
        mailId, (int)MailStep.Deferred, MaxDeferrals);

    private static string Short(string text) => text.Length <= MaxText ? text : text[..MaxText] + "...";
}
