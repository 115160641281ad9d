using Microsoft.Data.Sqlite;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Storage;

/// <summary>Which stanza is which mail.</summary>
public sealed class SqlCorrespondence(SqliteDatabase database) : ICorrespondence
{
    /// <summary>What was exchanged with each of several since they last were together.</summary>
    private const int MaxOfEach = 20;

    internal const string Columns = "owner, stanza_id, mail_id, message_id, contact, thread, subject, refs, own, at, original_id, others, receipt_to, part";

    public Correspondence? ByStanza(Jid owner, string stanzaId) => database.Read(session => Find(session, owner.Bare.ToString(), stanzaId));

    public Correspondence? ByMessage(Jid owner, string messageId) => database.Read(session => session.Query(
        $"SELECT {Columns} FROM correspondence WHERE owner = $1 AND (message_id = $2 OR original_id = $2) ORDER BY part > 0, at DESC LIMIT 1",
        Read, owner.Bare.ToString(), messageId)).FirstOrDefault();

    public Correspondence? Latest(Jid owner, IReadOnlyList<EmailAddress> people, DateTimeOffset since) => database.Read(session => people
        .SelectMany(person => session.Query(
            $"SELECT {Columns} FROM correspondence WHERE owner = $1 AND contact = $2 AND at >= $3 ORDER BY at DESC LIMIT $4",
            Read, owner.Bare.ToString(), person.Key, since.ToUnixTimeMilliseconds(), people.Count > 1 ? MaxOfEach : 1))
        .Where(mail => people.All(mail.IsKnownTo))
        .MaxBy(mail => mail.At));

    public Correspondence? LatestInThread(Jid owner, EmailAddress contact, string thread) => database.Read(session => session.Query(
        $"SELECT {Columns} FROM correspondence WHERE owner = $1 AND thread = $2 AND contact = $3 ORDER BY at DESC LIMIT 1",
        Read, owner.Bare.ToString(), thread, contact.Key)).FirstOrDefault();

    internal static Correspondence? Find(SqliteSession session, string owner, string stanzaId) => session.Query(
        $"SELECT {Columns} FROM correspondence WHERE owner = $1 AND stanza_id = $2", Read, owner, stanzaId).FirstOrDefault();

    /// <summary>What is sent again after a read receipt has gone out asks for no second one.</summary>
    internal static void Insert(SqliteSession session, Correspondence stanza) => session.Execute(
        """
        INSERT INTO correspondence (owner, stanza_id, mail_id, message_id, contact, thread, subject, refs, own, at, original_id, others, receipt_to, part)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT (owner, stanza_id) DO UPDATE SET
            mail_id = $3, message_id = $4, contact = $5, thread = $6, subject = $7, refs = $8, own = $9, at = $10, original_id = $11, others = $12, part = $14
        """,
        stanza.Owner.Bare.ToString(), stanza.StanzaId, stanza.MailId, stanza.MessageId, stanza.Contact.Key, stanza.Thread, stanza.Subject,
        string.Join(' ', stanza.References), stanza.Own ? 1 : 0, stanza.At.ToUnixTimeMilliseconds(), stanza.OriginalMessageId,
        string.Join('\n', stanza.Others), stanza.ReceiptTo?.ToString(), stanza.Part);

    private static EmailAddress ReadKey(string key)
    {
        var at = key.LastIndexOf('@');
        return new EmailAddress(key[..at], key[(at + 1)..]);
    }

    internal static Correspondence Read(SqliteDataReader row) => new(
        Jid.Parse(row.GetString(0)),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        ReadKey(row.GetString(4)),
        row.GetString(5),
        row.GetString(6),
        row.GetString(7).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        row.GetInt32(8) != 0,
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(9)))
    {
        OriginalMessageId = row.IsDBNull(10) ? null : row.GetString(10),
        Others = row.GetString(11).Split('\n', StringSplitOptions.RemoveEmptyEntries),
        ReceiptTo = row.IsDBNull(12) ? null : EmailAddress.Parse(row.GetString(12)),
        Part = row.GetInt32(13),
    };
}
