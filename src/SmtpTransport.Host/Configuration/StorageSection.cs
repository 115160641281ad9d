using SmtpTransport.Gateway.Storage;

namespace SmtpTransport.Host.Configuration;

/// <summary><c>Storage</c> and <c>StorageFile</c>: where all state lives.</summary>
internal static class StorageSection
{
    public static StorageOptions Read(Settings settings)
    {
        var connection = SecretFiles.Read(settings, "Storage", "StorageFile", Forms.Secret) ?? new StorageOptions().ConnectionString;
        if (StorageOptions.TryParse(connection, out var options, out var fault))
            return options;
        settings.Fault("Storage", fault, "Write \"Data Source=/var/lib/smtp-transport/smtp-transport.db\"");
        return new StorageOptions();
    }
}
