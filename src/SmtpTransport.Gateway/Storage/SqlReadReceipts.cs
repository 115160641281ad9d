using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Storage;

/// <summary>Read receipts that are owed: a column of what was exchanged.</summary>
public sealed class SqlReadReceipts(SqliteDatabase database, TimeProvider time) : IReadReceipts
{
    public IReadOnlyList<Correspondence> Owed(Jid owner, EmailAddress contact, string stanzaId, int limit) => database.Read(session => session.Query(
        $"""
        SELECT {SqlCorrespondence.Columns} FROM correspondence WHERE owner = $1 AND contact = $2 AND receipt_to IS NOT NULL
            AND at <= (SELECT at FROM correspondence WHERE owner = $1 AND stanza_id = $3 AND contact = $2) ORDER BY at DESC LIMIT $4
        """,
        SqlCorrespondence.Read, owner.Bare.ToString(), contact.Key, stanzaId, limit));

    public Task<bool> PayAsync(Correspondence displayed, ComposedReport receipt)
    {
        var bodyId = SpoolId.New(time);
        var recipientId = SpoolId.New(time);
        return database.Writer.WriteAsync(session =>
        {
            if (session.Execute(
                "UPDATE correspondence SET receipt_to = NULL WHERE owner = $1 AND stanza_id = $2 AND receipt_to IS NOT NULL",
                displayed.Owner.ToString(), displayed.StanzaId) == 0)
                return false;
            SqlReports.Insert(session, displayed.MailId, displayed.ReceiptTo!.Value, receipt, bodyId, recipientId, time.GetUtcNow().ToUnixTimeMilliseconds());
            return true;
        });
    }
}
