using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Storage;

/// <summary>How outcomes change the tables.</summary>
internal static class SqlSettlements
{
    public static void Record(SqliteSession session, Settlement settlement, long now)
    {
        var id = settlement.RecipientId;
        switch (settlement)
        {
            case Settlement.Taken taken:
                session.Execute(
                    "UPDATE recipient SET state = 1, leased = 0, due_at = $2, taken_at = $3, last_error = NULL WHERE id = $1",
                    id, taken.KeepUntil.ToUnixTimeMilliseconds(), now);
                foreach (var stanza in taken.Sent)
                    SqlCorrespondence.Insert(session, stanza);
                if (taken.Sent is [var first, ..])
                    SqlContacts.Heard(session, first.Owner.ToString(), first.Contact, taken.ContactName, now);
                break;
            case Settlement.Delivered or Settlement.Told:
                session.Execute("DELETE FROM recipient WHERE id = $1", id);
                break;
            case Settlement.Deferred deferred:
                session.Execute(
                    "UPDATE recipient SET leased = 0, due_at = $2, failing_since = $3, last_error = $4 WHERE id = $1",
                    id, deferred.DueAt.ToUnixTimeMilliseconds(), deferred.FailingSince.ToUnixTimeMilliseconds(), deferred.Why);
                break;
            case Settlement.Failed failed:
                session.Execute(
                    "UPDATE recipient SET state = 2, leased = 0, due_at = $2, failing_since = NULL, last_error = $3 WHERE id = $1",
                    id, failed.KeepUntil.ToUnixTimeMilliseconds(), failed.Why);
                break;
            case Settlement.Withdrawn withdrawn:
                session.Execute("DELETE FROM recipient WHERE id = $1", id);
                if (withdrawn.Fingerprint.HasMessageId)
                    session.Execute("DELETE FROM taken WHERE fingerprint = $1", withdrawn.Fingerprint.Octets);
                break;
            case Settlement.Released released:
                session.Execute(
                    "UPDATE recipient SET leased = 0, attempts = attempts - 1, due_at = $2 WHERE id = $1",
                    id, released.DueAt.ToUnixTimeMilliseconds());
                break;
        }
    }

    /// <summary>Lets go of what no recipient needs any more: the bytes first, the mail itself with its last recipient.</summary>
    public static void ReleaseMail(SqliteSession session, string mailId)
    {
        if (session.Scalar<long>("SELECT EXISTS (SELECT 1 FROM recipient WHERE mail_id = $1 AND state < 2)", mailId) != 0)
            return;
        if (session.Scalar<long?>("SELECT body_id FROM mail WHERE id = $1", mailId) is { } bodyId)
        {
            SqlBodies.Delete(session, bodyId);
            session.Execute("UPDATE mail SET body_id = NULL WHERE id = $1", mailId);
        }

        if (session.Scalar<long>("SELECT EXISTS (SELECT 1 FROM recipient WHERE mail_id = $1)", mailId) != 0)
            return;
        session.Execute("DELETE FROM draft_line WHERE mail_id = $1", mailId);
        session.Execute("DELETE FROM mail WHERE id = $1", mailId);
    }

    public static LateRefusal? RecordLate(
        SqliteSession session, Jid user, string stanzaId, string why, DateTimeOffset? retryAt, DateTimeOffset keepUntil, long newId, long now)
    {
        var owner = user.Bare.ToString();
        if (SqlCorrespondence.Find(session, owner, stanzaId) is not { Own: false } sent)
            return null;

        var kept = session.Query(
            "SELECT id FROM recipient WHERE mail_id = $1 AND jid = $2 AND state = 1", row => row.GetInt64(0), sent.MailId, owner);
        if (kept is [var id, ..])
        {
            Settlement settlement = retryAt is { } due
                ? new Settlement.Deferred(id, due, DateTimeOffset.FromUnixTimeMilliseconds(now), why)
                : new Settlement.Failed(id, keepUntil, why);
            Record(session, settlement, now);
            if (retryAt is not null)
                session.Execute("UPDATE recipient SET state = 0 WHERE id = $1", id);
            ReleaseMail(session, sent.MailId);
        }
        else
        {
            InsertFailed(session, sent, owner, why, keepUntil, newId, now);
        }

        return new LateRefusal(sent.MailId, sent.Contact, kept.Count > 0 && retryAt is not null);
    }

    /// <summary>The copy is gone already: what is left to do is to show the operator what happened.</summary>
    private static void InsertFailed(SqliteSession session, Correspondence sent, string owner, string why, DateTimeOffset keepUntil, long newId, long now)
    {
        session.Execute(
            """
            INSERT INTO mail (id, direction, reverse_path, owner, message_id, trace, received_at) VALUES ($1, 0, $2, '', $3, '', $4)
            ON CONFLICT (id) DO NOTHING
            """,
            sent.MailId, sent.Contact.ToString(), sent.MessageId, now);
        session.Execute(
            """
            INSERT INTO recipient (id, mail_id, direction, address, jid, destination, state, leased, due_at, attempts, delay_told, last_error)
            VALUES ($1, $2, 0, $3, $3, $4, 2, 0, $5, 1, 0, $6)
            """,
            newId, sent.MailId, owner, sent.Owner.Domain, keepUntil.ToUnixTimeMilliseconds(), why);
    }
}
