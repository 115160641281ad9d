using System.Xml;
using System.Xml.Linq;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Storage;

/// <summary>Notices as rows: written with the outcome that they tell of, gone when the XMPP server has them.</summary>
public sealed class SqlNotices(SqliteDatabase database) : INotices
{
    public IReadOnlyList<Notice> Waiting(int limit) => database.Read(session => session.Query(
        "SELECT id, stanza, unless_online FROM notice ORDER BY id LIMIT $1",
        row => new Notice(row.GetInt64(0), Read(row.GetString(1)), row.IsDBNull(2) ? null : Jid.Parse(row.GetString(2))),
        limit));

    public Task DoneAsync(IReadOnlyList<long> ids) => database.Writer.WriteAsync(session =>
    {
        foreach (var id in ids)
            session.Execute("DELETE FROM notice WHERE id = $1", id);
    });

    private static Stanza? Read(string stanza)
    {
        try
        {
            return Stanza.Parse(XElement.Parse(stanza));
        }
        catch (XmlException)
        {
            return null;
        }
    }

    internal static void Insert(SqliteSession session, long id, Stanza stanza) => Insert(session, id, new NewNotice(stanza));

    internal static void Insert(SqliteSession session, long id, NewNotice notice) => session.Execute(
        "INSERT INTO notice (id, stanza, unless_online) VALUES ($1, $2, $3)",
        id, notice.Stanza.ToXml().ToString(SaveOptions.DisableFormatting), notice.UnlessOnline?.ToString());
}
