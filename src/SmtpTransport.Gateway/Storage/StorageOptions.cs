using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace SmtpTransport.Gateway.Storage;

/// <summary>Where all state lives (configuration key <c>Storage</c>).</summary>
public sealed record StorageOptions
{
    /// <summary>A Microsoft.Data.Sqlite connection string.</summary>
    public string ConnectionString { get; init; } = "Data Source=/var/lib/smtp-transport/smtp-transport.db";

    /// <param name="fault">Follows the key's name; never repeats the text, which may hold a password.</param>
    public static bool TryParse(string connectionString, [NotNullWhen(true)] out StorageOptions? options, [NotNullWhen(false)] out string? fault)
    {
        options = null;
        fault = Fault(connectionString);
        if (fault is null)
            options = new StorageOptions { ConnectionString = connectionString };
        return fault is null;
    }

    private static string? Fault(string connectionString)
    {
        if (connectionString.Contains("Host=", StringComparison.OrdinalIgnoreCase))
            return "names a PostgreSQL server: PostgreSQL comes later, use Data Source=...";
        try
        {
            // In memory nothing would survive a crash, and a 250 would be a lie.
            return new SqliteConnectionStringBuilder(connectionString) is { DataSource: not ("" or ":memory:"), Mode: not SqliteOpenMode.Memory }
                ? null
                : "names no file";
        }
        catch (ArgumentException)
        {
            return "is no SQLite connection string";
        }
    }
}
