using System.Security.Cryptography;

namespace SmtpTransport.Gateway.Storage;

/// <summary>Keys that we make: once, on first use, and kept (design §7).</summary>
public sealed class SqlSecrets(SqliteDatabase database)
{
    private const int KeySize = 32;

    public byte[] Key(string name)
    {
        var fresh = RandomNumberGenerator.GetBytes(KeySize);
        return database.Writer.WriteAsync(session =>
        {
            session.Execute("INSERT INTO secret (name, octets) VALUES ($1, $2) ON CONFLICT DO NOTHING", name, fresh);
            return session.Scalar<byte[]>("SELECT octets FROM secret WHERE name = $1", name)!;
        }).GetAwaiter().GetResult();
    }
}
