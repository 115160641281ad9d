using System.Text.Json;
using Microsoft.Data.Sqlite;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Storage;

/// <summary>The accepted messages of a draft, in order.</summary>
internal static class SqlDrafts
{
    private const string Columns =
        "stanza_id, sender, addressed, body, subject, thread, reply_to, wants_receipt, written_at, own_id, unstyled, layout, quoted, nick, markable, is_reaction, files, latest_id";

    /// <summary>Also at the end of a draft from which lines were taken back.</summary>
    public static void Append(SqliteSession session, string mailId, DraftLine line) =>
        Insert(session, mailId, (int)session.Scalar<long>("SELECT coalesce(max(position), -1) + 1 FROM draft_line WHERE mail_id = $1", mailId), line);

    public static void Insert(SqliteSession session, string mailId, int position, DraftLine line)
    {
        session.Execute(
            """
            INSERT INTO draft_line (mail_id, position, stanza_id, sender, addressed, body, subject, thread, reply_to, wants_receipt, written_at, own_id,
                unstyled, layout, quoted, nick, markable, is_reaction, files, latest_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
            """,
            mailId, position, line.StanzaId, line.Sender.ToString(), line.Addressed.ToString(), line.Body, line.Subject, line.Thread,
            line.ReplyToId, line.WantsReceipt ? 1 : 0, line.WrittenAt.ToUnixTimeMilliseconds(), line.OwnId,
            line.IsUnstyled ? 1 : 0, line.Layout, line.Quoted, line.Nick, line.IsMarkable ? 1 : 0, line.IsReaction ? 1 : 0,
            line.Files.Count > 0 ? JsonSerializer.Serialize(line.Files) : null, line.LatestId);
        if (line.Files.Count > 0)
            session.Execute("UPDATE recipient SET destination = $2 WHERE mail_id = $1", mailId, FetchQueue.Of(line.Sender));
    }

    /// <summary>It is a mail now, and waits for its next hop: attempts to fetch its files were none at that.</summary>
    public static void Composed(SqliteSession session, string mailId, string messageId, long bodyId, byte[] first)
    {
        SqlBodies.InsertBody(session, bodyId);
        SqlBodies.InsertChunk(session, bodyId, 0, first);
        session.Execute("UPDATE mail SET body_id = $2, message_id = $3 WHERE id = $1", mailId, bodyId, messageId);
        var recipients = session.Query(
            "SELECT id, address, destination FROM recipient WHERE mail_id = $1", row => (Id: row.GetInt64(0), Address: row.GetString(1), Destination: row.GetString(2)), mailId);
        foreach (var recipient in recipients.Where(recipient => FetchQueue.Includes(recipient.Destination)))
            session.Execute(
                "UPDATE recipient SET destination = $2, attempts = 1, failing_since = NULL, last_error = NULL WHERE id = $1",
                recipient.Id, EmailAddress.Parse(recipient.Address).Domain);
    }

    public static List<DraftLine> Lines(SqliteSession session, string mailId) =>
        session.Query($"SELECT {Columns} FROM draft_line WHERE mail_id = $1 ORDER BY position", Read, mailId);

    public static DraftLine Line(SqliteSession session, string mailId, int position) =>
        session.Query($"SELECT {Columns} FROM draft_line WHERE mail_id = $1 AND position = $2", Read, mailId, position).Single();

    private static DraftLine Read(SqliteDataReader row) => new(
        row.GetString(0),
        Jid.Parse(row.GetString(1)),
        Jid.Parse(row.GetString(2)),
        row.GetString(3),
        Text(row, 4),
        Text(row, 5),
        Text(row, 6),
        row.GetInt32(7) != 0,
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(8)))
    {
        OwnId = Text(row, 9),
        IsUnstyled = row.GetInt32(10) != 0,
        Layout = Text(row, 11),
        Quoted = Text(row, 12),
        Nick = Text(row, 13),
        IsMarkable = row.GetInt32(14) != 0,
        IsReaction = row.GetInt32(15) != 0,
        Files = Text(row, 16) is { } files ? JsonSerializer.Deserialize<SharedFile[]>(files)! : [],
        LatestId = Text(row, 17),
    };

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
