using System.Text.Json;
using SmtpTransport.Gateway.Accounts;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Storage;

/// <summary>Preferences as one JSON object for each account: what it does not name has its default, so a new one needs no migration.</summary>
public sealed class SqlAccounts(SqliteDatabase database) : IAccounts
{
    public AccountPreferences Preferences(Jid user) => database.Read(session =>
        session.Scalar<string>("SELECT preferences FROM account WHERE jid = $1", user.Bare.ToString())) is { } stored
        ? JsonSerializer.Deserialize<AccountPreferences>(stored) ?? AccountPreferences.Default
        : AccountPreferences.Default;

    public Task StoreAsync(Jid user, AccountPreferences preferences)
    {
        var stored = JsonSerializer.Serialize(preferences);
        return database.Writer.WriteAsync(session => session.Execute(
            "INSERT INTO account (jid, preferences) VALUES ($1, $2) ON CONFLICT (jid) DO UPDATE SET preferences = $2",
            user.Bare.ToString(), stored));
    }
}
