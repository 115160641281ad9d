using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Storage;

/// <summary>Who knows whom.</summary>
public sealed class SqlContacts(SqliteDatabase database) : IContacts
{
    public Contact? Find(Jid owner, EmailAddress mailbox) => database.Read(session => session.Query(
        "SELECT spelling, form, name, heard_at IS NOT NULL, written_at IS NOT NULL, reacts FROM contact WHERE owner = $1 AND mailbox = $2",
        row => new Contact(row.GetString(0), (ContactForm)row.GetInt32(1), row.GetString(2), row.GetInt32(3) != 0, row.GetInt32(4) != 0) { Reacts = row.GetInt32(5) != 0 },
        owner.Bare.ToString(), mailbox.Key)).FirstOrDefault();

    internal static void Heard(SqliteSession session, string owner, EmailAddress mailbox, string name, long at) => session.Execute(
        """
        INSERT INTO contact (owner, mailbox, spelling, form, name, heard_at) VALUES ($1, $2, $3, 0, $4, $5)
        ON CONFLICT (owner, mailbox) DO UPDATE SET spelling = $3, name = CASE WHEN $4 = '' THEN name ELSE $4 END, heard_at = $5
        """,
        owner, mailbox.Key, mailbox.Local, name, at);

    internal static void Written(SqliteSession session, string owner, EmailAddress mailbox, ContactForm form, long at) => session.Execute(
        """
        INSERT INTO contact (owner, mailbox, spelling, form, name, written_at) VALUES ($1, $2, $3, $4, '', $5)
        ON CONFLICT (owner, mailbox) DO UPDATE SET form = $4, written_at = $5
        """,
        owner, mailbox.Key, mailbox.Local, (int)form, at);

    /// <param name="recipientId">Whose row says to whom the reaction went.</param>
    internal static void Reacts(SqliteSession session, long recipientId, EmailAddress mailbox) => session.Execute(
        "UPDATE contact SET reacts = 1 WHERE owner = (SELECT jid FROM recipient WHERE id = $1) AND mailbox = $2", recipientId, mailbox.Key);
}
