namespace SmtpTransport.Gateway.Storage;

/// <summary>
/// One process delivers from a database file; a second one would do the first one's work again. The lock is the operating
/// system's, so it goes with its process, however that ends. Commands that only read and steer the queue do without.
/// </summary>
public sealed class StorageLock(SqliteDatabase database) : IDisposable
{
    /// <summary>EWOULDBLOCK: somebody else has locked it. Anything else is trouble with the file itself.</summary>
    private const int WouldBlock = 11;

    private FileStream? held;

    /// <exception cref="StorageUnusableException">Another gateway delivers from this file, or nobody can lock it.</exception>
    public void Take()
    {
        var path = database.DataSource + ".lock";
        try
        {
            held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            throw new StorageUnusableException($"Another gateway uses the database {database.DataSource}: stop it, or give this one another Storage.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageUnusableException($"Cannot lock the database: {e.Message} {path} must be writable for us; it may be removed while no gateway runs.", e);
        }
    }

    public void Dispose() => held?.Dispose();
}

/// <summary>The operator has to do something about <c>Storage</c>; the message says what.</summary>
public sealed class StorageUnusableException(string message, Exception? inner = null) : Exception(message, inner);
