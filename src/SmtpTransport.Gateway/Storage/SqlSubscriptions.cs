using System.Runtime.CompilerServices;
using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Storage;

/// <summary>Presence subscriptions as rows.</summary>
public sealed class SqlSubscriptions(SqliteDatabase database) : ISubscriptions
{
    private const int Page = 500;

    public Task AddAsync(Jid user, Jid contact, CancellationToken cancellation) => database.Writer.WriteAsync(session =>
        session.Execute("INSERT INTO subscription (owner, contact) VALUES ($1, $2) ON CONFLICT DO NOTHING", user.ToString(), contact.ToString()));

    public Task RemoveAsync(Jid user, Jid contact, CancellationToken cancellation) => database.Writer.WriteAsync(session =>
        session.Execute("DELETE FROM subscription WHERE owner = $1 AND contact = $2", user.ToString(), contact.ToString()));

    public bool Contains(Jid user, Jid contact) => database.Read(session =>
        session.Scalar<long>("SELECT EXISTS (SELECT 1 FROM subscription WHERE owner = $1 AND contact = $2)", user.ToString(), contact.ToString())) != 0;

    public async IAsyncEnumerable<(Jid User, Jid Contact)> AllAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var last = (User: "", Contact: "");
        while (true)
        {
            var page = database.Read(session => session.Query(
                "SELECT owner, contact FROM subscription WHERE (owner, contact) > ($1, $2) ORDER BY owner, contact LIMIT $3",
                row => (User: row.GetString(0), Contact: row.GetString(1)), last.User, last.Contact, Page));
            foreach (var (user, contact) in page)
                yield return (Jid.Parse(user), Jid.Parse(contact));
            if (page.Count < Page)
                yield break;
            last = page[^1];
            cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
