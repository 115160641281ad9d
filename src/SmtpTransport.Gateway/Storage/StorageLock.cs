namespace SmtpTransport.Gateway.Storage;

/// <summary>
/// One process delivers from a database file; a second one would do the first one's work again. The lock is the operating
/// system's, so it goes with its process, however that ends. Commands that only read and steer the queue do without.
/// </summary>
public sealed class StorageLock(SqliteDatabase database) : IDisposable
{
    private FileStream? held;

    /// <exception cref="StorageInUseException">Another gateway delivers from this file.</exception>
    public void Take()
    {
        var path = database.DataSource + ".lock";
        try
        {
            held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new StorageInUseException($"Another gateway uses the database {database.DataSource}: stop it, or give this one another Storage.", e);
        }
    }

    public void Dispose() => held?.Dispose();
}

public sealed class StorageInUseException(string message, Exception inner) : Exception(message, inner);
