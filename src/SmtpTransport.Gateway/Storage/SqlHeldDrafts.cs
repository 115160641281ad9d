using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Storage;

/// <summary>What may still change in a mail: its lines, until a worker takes it. All writes go one after another, so a claim comes before or after.</summary>
internal static class SqlHeldDrafts
{
    /// <summary>Of a row of <c>mail</c>.</summary>
    private const string IsHeld =
        "held_key IS NOT NULL AND body_id IS NULL AND NOT EXISTS (SELECT 1 FROM recipient WHERE recipient.mail_id = mail.id AND (leased = 1 OR attempts > 0))";

    public static string KeyOf(AcceptedDraft draft) =>
        KeyOf(draft.Line.Sender, draft.Recipients.Select(recipient => (recipient.Role, recipient.Address)));

    /// <param name="insert">Makes a mail of its own.</param>
    public static string Accept(SqliteSession session, AcceptedDraft draft, Action<SqliteSession, AcceptedDraft> insert)
    {
        if (draft.Corrects is { } first)
        {
            if (Correct(session, draft, first) is { } corrected)
                return corrected;
            var line = HasLeft(session, draft, first) ? draft.Line.Following(first) : draft.Line with { StanzaId = first };
            draft = draft with { Line = line };
        }

        if (draft is { IsHeld: true, Line.OwnId: null } && Join(session, draft) is { } joined)
            return joined;
        insert(session, draft);
        return draft.Id;
    }

    public static bool TakeBack(SqliteSession session, TakenBack message, TimeProvider time)
    {
        var key = message.Contact is { } contact ? KeyOf(message.User, [(RecipientRole.To, contact)]) : null;
        if (message.StanzaId.Length == 0 || Find(session, message.User, message.Addressed, key, message.StanzaId) is not (var mailId, var position, var line))
            return false;
        Remove(session, mailId, position, time.GetUtcNow());

        // A correction that had not left yet is gone with it, but the first version cannot be called back.
        if (line.OwnId is not null)
            return false;
        SqlNotices.Insert(session, SpoolId.New(time), UserNotices.TakenBack(line.Origin));
        return true;
    }

    private static void Remove(SqliteSession session, string mailId, int position, DateTimeOffset now)
    {
        session.Execute("DELETE FROM draft_line WHERE mail_id = $1 AND position = $2", mailId, position);
        if (session.Scalar<long>("SELECT EXISTS (SELECT 1 FROM draft_line WHERE mail_id = $1)", mailId) != 0)
            return;
        SqlHistory.Add(session, mailId, MailStep.TakenBack, "by its author", now.ToUnixTimeMilliseconds());
        session.Execute("DELETE FROM recipient WHERE mail_id = $1", mailId);
        SqlSettlements.ReleaseMail(session, mailId);
    }

    private static string? Correct(SqliteSession session, AcceptedDraft draft, string first)
    {
        var key = KeyOf(draft);
        if (Find(session, draft.Line.Sender.Bare, draft.Line.Addressed, key, first) is not (var mailId, var position, var held))
            return null;

        // Also whom it goes to can be set right: then it is a mail of its own.
        if (session.Scalar<string>("SELECT held_key FROM mail WHERE id = $1", mailId) != key)
        {
            Remove(session, mailId, position, draft.ReceivedAt);
            return null;
        }

        var line = held.OwnId is null
            ? draft.Line with { StanzaId = held.StanzaId, LatestId = draft.Line.StanzaId }
            : (draft.Line with { OwnId = held.OwnId }).Following(held.StanzaId);
        session.Execute("DELETE FROM draft_line WHERE mail_id = $1 AND position = $2", mailId, position);
        SqlDrafts.Insert(session, mailId, position, line with
        {
            Addressed = held.Addressed,
            Thread = held.Thread,
            ReplyToId = line.ReplyToId ?? held.ReplyToId,
            Quoted = line.Quoted ?? (line.ReplyToId is null ? held.Quoted : null),
            WantsReceipt = line.WantsReceipt || held.WantsReceipt,
        });
        Postpone(session, mailId, draft);
        return mailId;
    }

    private static string? Join(SqliteSession session, AcceptedDraft draft)
    {
        var held = session.Query(
            $"SELECT id FROM mail WHERE held_key = $1 AND received_at > $2 AND {IsHeld} ORDER BY id DESC LIMIT 1",
            row => row.GetString(0),
            KeyOf(draft), (draft.ReceivedAt - DraftJoining.LongestHold).ToUnixTimeMilliseconds());
        if (held is not [var mailId] || !DraftJoining.MayJoin(SqlDrafts.Lines(session, mailId), draft.Line))
            return null;
        SqlDrafts.Append(session, mailId, draft.Line);
        Postpone(session, mailId, draft);
        return mailId;
    }

    /// <summary>Every line starts the quiet period anew.</summary>
    private static void Postpone(SqliteSession session, string mailId, AcceptedDraft draft) => session.Execute(
        "UPDATE recipient SET due_at = min($2, (SELECT received_at FROM mail WHERE id = $1) + $3) WHERE mail_id = $1",
        mailId, draft.DueAt.ToUnixTimeMilliseconds(), (long)DraftJoining.LongestHold.TotalMilliseconds);

    /// <summary>By the id of its first version, as it should be (XEP-0308 §4), or of the last correction, as some clients have it.</summary>
    /// <param name="key">The same people are the same conversation, however the JID spells them; null when nobody is named.</param>
    private static (string MailId, int Position, DraftLine Line)? Find(SqliteSession session, Jid user, Jid addressed, string? key, string stanzaId)
    {
        var found = session.Query(
            $"""
            SELECT mail_id, position FROM draft_line JOIN mail ON mail.id = mail_id
            WHERE (stanza_id = $1 OR latest_id = $1) AND owner = $2 AND (addressed = $3 OR held_key = $4) AND {IsHeld} ORDER BY mail_id DESC LIMIT 1
            """,
            row => (MailId: row.GetString(0), Position: row.GetInt32(1)),
            stanzaId, user.ToString(), addressed.ToString(), key);
        return found is [var at] ? (at.MailId, at.Position, SqlDrafts.Line(session, at.MailId, at.Position)) : null;
    }

    private static string KeyOf(Jid user, IEnumerable<(RecipientRole Role, EmailAddress Address)> recipients) =>
        string.Join('\n', [user.Bare.ToString(), .. recipients.Select(recipient => $"{(int)recipient.Role} {recipient.Address.Key}").Order(StringComparer.Ordinal)]);

    /// <summary>The user has sent it: it is on its way, or gone. What was never accepted is no correction of anything.</summary>
    private static bool HasLeft(SqliteSession session, AcceptedDraft draft, string first) => session.Scalar<long>(
        """
        SELECT EXISTS (SELECT 1 FROM draft_line JOIN mail ON mail.id = mail_id WHERE stanza_id = $1 AND owner = $2)
            OR EXISTS (SELECT 1 FROM correspondence WHERE owner = $2 AND stanza_id = $1 AND own = 1)
        """,
        first, draft.Line.Sender.Bare.ToString()) != 0;
}
