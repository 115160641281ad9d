using SmtpTransport.Gateway.Storage;

namespace SmtpTransport.Tests.Support;

/// <summary>A real SQLite file in a folder of its own.</summary>
internal sealed class TestDatabase : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("smtp-transport-test-");

    public TestDatabase() => Current = new SqliteDatabase(ConnectionString);

    public string ConnectionString => $"Data Source={Path.Combine(folder.FullName, "test.db")}";

    public SqliteDatabase Current { get; private set; }

    /// <summary>As after a restart of the program.</summary>
    public SqliteDatabase Reopen()
    {
        Current.Dispose();
        return Current = new SqliteDatabase(ConnectionString);
    }

    public long Count(string table, string condition = "1 = 1") =>
        Current.Read(session => session.Scalar<long>($"SELECT count(*) FROM {table} WHERE {condition}"));

    /// <summary>No further page: the next writes find the disk full.</summary>
    public Task FillAsync() => Current.Writer.WriteAsync(session => Limit(session, session.Scalar<long>("PRAGMA page_count")));

    public Task MakeRoomAsync() => Current.Writer.WriteAsync(session => Limit(session, 1_000_000));

    /// <param name="change">As <c>BEFORE INSERT ON mail</c>: fails from now on.</param>
    public Task BreakAsync(string change) => Current.Writer.WriteAsync(session =>
        session.ExecuteScript($"CREATE TRIGGER broken {change} BEGIN SELECT raise(ABORT, 'broken'); END"));

    public Task MendAsync() => Current.Writer.WriteAsync(session => session.ExecuteScript("DROP TRIGGER broken"));

    public void Dispose()
    {
        Current.Dispose();
        folder.Delete(recursive: true);
    }

    private static void Limit(SqliteSession session, long pages) => session.ExecuteScript($"PRAGMA max_page_count = {pages}");
}
