using System.Text.Json;
using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Gateway.Storage;

/// <summary>How outcomes change the tables.</summary>
internal static class SqlSettlements
{
    /// <summary>
    /// A report that comes late returns the header (RFC 3461 §6.2), up to 16 KiB. It is kept only of what another server has: ours speaks
    /// while the octets are here.
    /// </summary>
    private const string LetGo =
        """
        UPDATE mail SET body_id = NULL, header = CASE WHEN EXISTS (
            SELECT 1 FROM recipient WHERE recipient.mail_id = mail.id AND state = 3 AND due_at > taken_at + 86400000) THEN (
                SELECT substr(octets, 1, CASE instr(octets, x'0D0A0D0A') WHEN 0 THEN 16384 ELSE min(16384, instr(octets, x'0D0A0D0A') + 1) END)
                FROM body_chunk WHERE body_chunk.body_id = mail.body_id AND position = 0) END
        WHERE body_id IN (SELECT value FROM json_each($1))
        """;

    public static void Record(SqliteSession session, string mailId, Settlement settlement, long now)
    {
        var id = settlement.RecipientId;
        if (Step(settlement) is var (step, text))
            SqlHistory.Add(session, mailId, step, text, now, id);
        switch (settlement)
        {
            case Settlement.Taken taken:
                foreach (var part in taken.Parts)
                    InsertPart(session, id, part, now);
                session.Execute(
                    "UPDATE recipient SET state = 1, leased = 0, due_at = $2, taken_at = $3, report_until = $4, last_error = NULL WHERE id = $1",
                    id, taken.KeepUntil.ToUnixTimeMilliseconds(), taken.At.ToUnixTimeMilliseconds(), taken.ReportUntil?.ToUnixTimeMilliseconds());
                foreach (var stanza in taken.Sent)
                    SqlCorrespondence.Insert(session, stanza);
                foreach (var link in taken.Links)
                    SqlLinks.Insert(session, id, link);
                if (taken.Sent is [var first, ..])
                    SqlContacts.Heard(session, first.Owner.ToString(), first.Contact, taken.ContactName, now);
                if (taken.Reacting is { } reacting)
                    SqlContacts.Reacts(session, id, reacting);
                break;
            case Settlement.Told told:
                SqlSentMails.Told(session, mailId, told.RecipientId);
                session.Execute("DELETE FROM recipient WHERE id = $1", id);
                break;
            case Settlement.Delivered:
                session.Execute("DELETE FROM recipient WHERE id = $1", id);
                break;
            case Settlement.Deferred deferred:
                session.Execute(
                    "UPDATE recipient SET state = 0, leased = 0, due_at = $2, failing_since = $3, last_error = $4 WHERE id = $1",
                    id, deferred.DueAt.ToUnixTimeMilliseconds(), deferred.FailingSince.ToUnixTimeMilliseconds(), deferred.Why);
                break;
            case Settlement.Failed failed:
                Forget(session, id);
                ForgetParts(session, mailId, id);
                foreach (var link in failed.Links)
                    SqlLinks.Insert(session, id, link);
                SqlReports.Owe(session, id, ReportedAction.Failed, failed.Why, now);
                session.Execute(
                    "UPDATE recipient SET state = 2, leased = 0, due_at = $2, failing_since = NULL, last_error = $3 WHERE id = $1",
                    id, failed.KeepUntil.ToUnixTimeMilliseconds(), failed.Why);
                break;
            case Settlement.Withdrawn:
                Forget(session, id);
                session.Execute("DELETE FROM recipient WHERE id = $1", id);
                break;
            case Settlement.Released released:
                session.Execute(
                    "UPDATE recipient SET leased = 0, attempts = attempts - 1, due_at = $2 WHERE id = $1 AND state = 0 AND leased = 1",
                    id, released.DueAt.ToUnixTimeMilliseconds());
                break;
        }
    }

    private static (MailStep Step, string Text)? Step(Settlement settlement) => settlement switch
    {
        Settlement.Taken => (MailStep.Delivered, "taken by the XMPP server"),
        Settlement.Delivered delivered => (MailStep.Delivered, delivered.By),
        Settlement.Deferred deferred => (MailStep.Deferred, deferred.Why),
        Settlement.Failed failed => (MailStep.Failed, failed.Why),
        Settlement.Told told => (MailStep.Failed, told.Why),
        Settlement.Withdrawn withdrawn => (MailStep.Refused, withdrawn.Why),
        _ => null,
    };

    public static void ReleaseMail(SqliteSession session, string mailId)
    {
        if (session.Scalar<long>("SELECT EXISTS (SELECT 1 FROM recipient WHERE mail_id = $1 AND state < 2)", mailId) == 0)
            ReleaseMails(session, [mailId]);
    }

    /// <summary>Lets go of what no recipient, no report and no link needs any more: the bytes first, the mail itself with its last recipient.</summary>
    public static void ReleaseMails(SqliteSession session, IReadOnlyCollection<string> mailIds)
    {
        const string Mails = "IN (SELECT value FROM json_each($1)) AND NOT EXISTS (SELECT 1 FROM owed_report WHERE owed_report.mail_id =";
        var ids = JsonSerializer.Serialize(mailIds);
        var bodies = session.Query(
            $"""
            SELECT body_id FROM mail WHERE id {Mails} mail.id) AND body_id IS NOT NULL AND NOT EXISTS ({SqlLinks.ToMail})
                AND NOT EXISTS (SELECT 1 FROM recipient WHERE recipient.mail_id = mail.id AND state < 2)
            """,
            row => row.GetInt64(0),
            ids);
        if (bodies.Count > 0)
        {
            var released = JsonSerializer.Serialize(bodies);
            session.Execute(LetGo, released);
            session.Execute("DELETE FROM body_chunk WHERE body_id IN (SELECT value FROM json_each($1))", released);
            session.Execute("DELETE FROM body WHERE id IN (SELECT value FROM json_each($1))", released);
        }

        session.Execute(
            $"DELETE FROM draft_line WHERE mail_id {Mails} draft_line.mail_id) AND NOT EXISTS (SELECT 1 FROM recipient WHERE recipient.mail_id = draft_line.mail_id)", ids);
        session.Execute(
            $"DELETE FROM mail WHERE id {Mails} mail.id) AND NOT EXISTS (SELECT 1 FROM recipient WHERE recipient.mail_id = mail.id) AND NOT EXISTS ({SqlLinks.ToMail})", ids);
    }

    /// <summary>Rows of mails that have served their time go, and with them whatever of those mails nobody needs any more.</summary>
    /// <param name="delete">Of rows until the time $1, at most $2; returns the ids of their mails.</param>
    /// <returns>True when more is left.</returns>
    public static bool Sweep(SqliteSession session, string delete, DateTimeOffset now, int batch)
    {
        var mails = session.Query(delete, row => row.GetString(0), now.ToUnixTimeMilliseconds(), batch);
        if (mails.Count > 0)
            ReleaseMails(session, [.. mails.Distinct()]);
        return mails.Count == batch;
    }

    /// <summary>Who has not got a mail gets it when it comes again. A stored fingerprint has one octet before the HMAC.</summary>
    private static void Forget(SqliteSession session, long recipientId) => session.Execute(
        "DELETE FROM taken WHERE fingerprint = (SELECT substr(fingerprint, 2) FROM recipient WHERE id = $1 AND part = 0)", recipientId);

    /// <summary>A mail that is sent again has its files already. Nobody else ever hears of them: no report, no delay.</summary>
    private static void InsertPart(SqliteSession session, long recipientId, FollowingPart part, long now) => session.Execute(
        """
        INSERT INTO recipient (id, mail_id, direction, address, jid, destination, state, leased, due_at, attempts, delay_told, fingerprint, part)
        SELECT $2, mail_id, direction, address, jid, destination, 0, 0, $4, 0, 1, fingerprint, $3 FROM recipient WHERE id = $1 AND taken_at IS NULL
        """,
        recipientId, part.RecipientId, part.Part, now);

    /// <summary>Whose text was refused after all wants no files of it.</summary>
    private static void ForgetParts(SqliteSession session, string mailId, long recipientId) => session.Execute(
        """
        DELETE FROM recipient WHERE mail_id = $1 AND part > 0 AND state = 0 AND leased = 0
            AND jid = (SELECT jid FROM recipient WHERE id = $2 AND part = 0)
        """,
        mailId, recipientId);
}
