namespace SmtpTransport.Gateway.Storage;

/// <summary>Where all state lives (configuration key <c>Storage</c>).</summary>
public sealed record StorageOptions
{
    /// <summary>A Microsoft.Data.Sqlite connection string.</summary>
    public string ConnectionString { get; init; } = "Data Source=/var/lib/smtp-transport/smtp-transport.db";
}
