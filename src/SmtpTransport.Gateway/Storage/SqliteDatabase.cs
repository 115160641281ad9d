using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SmtpTransport.Gateway.Storage;

/// <summary>
/// The one SQLite file with all state. Reads run on pooled connections, side by side; writes go through
/// <see cref="Writer"/>, where many share one sync.
/// </summary>
public sealed class SqliteDatabase : IDisposable
{
    private readonly string connectionString;
    private readonly ConcurrentBag<SqliteSession> readers = [];

    static SqliteDatabase()
    {
        // Statistics that nobody reads would cost a process-wide lock at each allocation. Has to be said before the first use.
        Batteries_V2.Init();
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    /// <param name="connectionString"><c>Data Source=...</c>; the file is made when it is missing.</param>
    public SqliteDatabase(string connectionString)
    {
        this.connectionString = new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ToString();
        DataSource = new SqliteConnectionStringBuilder(connectionString).DataSource;
        var session = Open();
        try
        {
            Migrate(session);
        }
        catch
        {
            session.Dispose();
            throw;
        }

        Writer = new SqliteWriter(session);
    }

    /// <summary>Path of the file.</summary>
    public string DataSource { get; }

    internal SqliteWriter Writer { get; }

    /// <summary>Runs a short read on a connection of its own.</summary>
    internal T Read<T>(Func<SqliteSession, T> read)
    {
        if (!readers.TryTake(out var session))
            session = Open();
        try
        {
            return read(session);
        }
        finally
        {
            readers.Add(session);
        }
    }

    public void Dispose()
    {
        Writer.Dispose();
        while (readers.TryTake(out var session))
            session.Dispose();
    }

    private SqliteSession Open()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        var session = new SqliteSession(connection);

        // WAL with full sync: a commit is on the disk when it returns, and readers never wait for the writer.
        session.Execute("PRAGMA busy_timeout = 10000");
        session.Execute("PRAGMA journal_mode = WAL");
        session.Execute("PRAGMA synchronous = FULL");
        session.Execute("PRAGMA cache_size = -16384");

        // 16 MiB of log between checkpoints: with many mails waiting, their indexes' pages are written back once, not many times.
        session.Execute("PRAGMA wal_autocheckpoint = 4000");
        session.Execute("PRAGMA journal_size_limit = 67108864");
        return session;
    }

    /// <summary>Applies the numbered scripts that this file has not seen, each in one transaction.</summary>
    private static void Migrate(SqliteSession session)
    {
        var assembly = Assembly.GetExecutingAssembly();
        const string Folder = ".Storage.Migrations.";
        var latest = 0;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.Contains(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var file = name[(name.IndexOf(Folder, StringComparison.Ordinal) + Folder.Length)..];
            var number = int.Parse(file.AsSpan(0, 3), CultureInfo.InvariantCulture);
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var script = reader.ReadToEnd();

            // Another process may be starting on the same file: look again once the lock is ours.
            session.Execute("BEGIN IMMEDIATE");
            if (session.Scalar<long>("PRAGMA user_version") < number)
            {
                session.ExecuteScript(script);
                session.ExecuteScript(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {number}"));
            }

            session.Execute("COMMIT");
            latest = number;
        }

        if (session.Scalar<long>("PRAGMA user_version") > latest)
            throw new StorageUnusableException("The database was made by a newer version of this program: run that one, or go back to the copy from before the update.");
    }
}
