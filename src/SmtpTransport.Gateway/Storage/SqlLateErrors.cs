using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Gateway.Storage;

/// <summary>Refusals that come after the pong, and find the mail in whatever state it is by then.</summary>
internal static class SqlLateErrors
{
    /// <summary>An error may be read a little before the pong that it follows.</summary>
    private static readonly TimeSpan Overtaking = TimeSpan.FromSeconds(1);

    public static LateRefusal? Record(SqliteSession session, LateError error, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var owner = error.User.Bare.ToString();
        if (SqlCorrespondence.Find(session, owner, error.StanzaId) is not { Own: false } sent)
            return null;

        var copies = session.Query(
            """
            SELECT r.id, r.state, r.attempts, m.received_at, m.may_report, r.taken_at FROM recipient r JOIN mail m ON m.id = r.mail_id
            WHERE r.mail_id = $1 AND r.jid = $2 AND r.part = $3
            """,
            row => (
                Id: row.GetInt64(0), State: row.GetInt32(1), Attempts: row.GetInt32(2),
                ReceivedAt: DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)), MayReport: row.GetInt32(4) != 0, TakenAt: row.IsDBNull(5) ? (DateTimeOffset?)null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5))),
            sent.MailId, owner, sent.Part);
        if (copies is not [var copy])
        {
            InsertFailed(session, sent, owner, error, SpoolId.New(time), now);
            return new LateRefusal(sent.MailId, sent.Contact, IsRetried: false, IsReported: false);
        }

        // Of a mail in several messages the first error decides.
        if (copy.State is not (1 or 3) || copy.TakenAt - Overtaking > error.ReadAt)
            return null;
        var retryAt = copy.State == 1 ? error.RetryAt(copy.Attempts, copy.ReceivedAt) : null;
        SqlSettlements.Record(
            session,
            sent.MailId,
            retryAt is { } due ? new Settlement.Deferred(copy.Id, due, now, error.Why) : new Settlement.Failed(copy.Id, error.KeepUntil, error.Why),
            now.ToUnixTimeMilliseconds());
        SqlSettlements.ReleaseMail(session, sent.MailId);
        return new LateRefusal(sent.MailId, sent.Contact, retryAt is not null, retryAt is null && copy.MayReport && sent.Part == MailPart.Mail);
    }

    /// <summary>The copy is gone already: what is left to do is to show the operator what happened.</summary>
    private static void InsertFailed(SqliteSession session, Correspondence sent, string owner, LateError error, long newId, DateTimeOffset now)
    {
        session.Execute(
            """
            INSERT INTO mail (id, direction, reverse_path, owner, message_id, trace, received_at) VALUES ($1, 0, $2, '', $3, '', $4)
            ON CONFLICT (id) DO NOTHING
            """,
            sent.MailId, sent.Contact.ToString(), sent.MessageId, sent.At.ToUnixTimeMilliseconds());
        session.Execute(
            """
            INSERT INTO recipient (id, mail_id, direction, address, jid, destination, state, leased, due_at, attempts, delay_told, last_error, part)
            VALUES ($1, $2, 0, $3, $3, $4, 2, 0, $5, 1, 0, $6, $7)
            """,
            newId, sent.MailId, owner, sent.Owner.Domain, error.KeepUntil.ToUnixTimeMilliseconds(), error.Why, sent.Part);
        SqlHistory.Add(session, sent.MailId, MailStep.Failed, error.Why, now.ToUnixTimeMilliseconds(), newId);
    }
}
