using SmtpTransport.Mail.Delivery.MtaSts;

namespace SmtpTransport.Gateway.Storage;

/// <summary>MTA-STS policies as rows.</summary>
public sealed class SqlStsPolicies(SqliteDatabase database) : IStsPolicyStore
{
    public StoredStsPolicy? Find(string domain) => database.Read(session => session.Query(
        "SELECT id, policy, fetched_at, expires_at FROM sts_policy WHERE domain = $1",
        row => new StoredStsPolicy(row.GetString(0), row.GetString(1), Time(row.GetInt64(2)), Time(row.GetInt64(3))),
        domain).FirstOrDefault());

    public Task StoreAsync(string domain, StoredStsPolicy policy) => database.Writer.WriteAsync(session =>
    {
        var fetchedAt = policy.FetchedAt.ToUnixTimeMilliseconds();
        session.Execute("DELETE FROM sts_policy WHERE expires_at < $1", fetchedAt);
        session.Execute(
            """
            INSERT INTO sts_policy (domain, id, policy, fetched_at, expires_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (domain) DO UPDATE SET id = $2, policy = $3, fetched_at = $4, expires_at = $5
            """,
            domain, policy.Id, policy.Text, fetchedAt, policy.ExpiresAt.ToUnixTimeMilliseconds());
    });

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
