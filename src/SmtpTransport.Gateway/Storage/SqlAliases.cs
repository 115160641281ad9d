using System.Collections.Concurrent;
using SmtpTransport.Gateway.Addresses;

namespace SmtpTransport.Gateway.Storage;

/// <summary>Aliases as rows. They are few and never change.</summary>
public sealed class SqlAliases(SqliteDatabase database) : IAliases
{
    private const int MaxKnown = 10_000;
    private readonly ConcurrentDictionary<string, string> known = new(StringComparer.Ordinal);

    public string? Find(string alias)
    {
        if (known.TryGetValue(alias, out var local))
            return local;
        return database.Read(session => session.Scalar<string>("SELECT local FROM alias WHERE alias = $1", alias));
    }

    public void Remember(string alias, string local)
    {
        if (known.ContainsKey(alias))
            return;
        database.Writer.WriteAsync(session => session.Execute(
            "INSERT INTO alias (alias, local) VALUES ($1, $2) ON CONFLICT DO NOTHING", alias, local)).GetAwaiter().GetResult();
        if (known.Count < MaxKnown)
            known[alias] = local;
    }
}
