using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Gateway.Storage;

/// <summary>
/// Group commit: one thread runs whatever writes wait in one transaction, so that many waiting <c>250</c>s share one sync.
/// Writes happen in the order in which they were asked for.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    /// <summary>Keeps a transaction short enough that the first in it does not wait for the last.</summary>
    private const int MaxBatch = 256;

    /// <summary>
    /// Where several write at once, more are about to: so long the writer waits for them, and one sync serves them all. A
    /// lone write never waits.
    /// </summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(1);

    /// <summary>SQLITE_FULL: the disk, or <c>max_page_count</c>.</summary>
    private const int Full = 13;

    private readonly SqliteSession session;
    private readonly Channel<Work> queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly Thread thread;

    public SqliteWriter(SqliteSession session)
    {
        this.session = session;
        thread = new Thread(Run) { IsBackground = true, Name = "spool writer" };
        thread.Start();
    }

    /// <summary>Completes when the write is on the disk. The delegate may run twice (see <see cref="Commit"/>), so it only writes.</summary>
    public Task WriteAsync(Action<SqliteSession> write) => WriteAsync(s =>
    {
        write(s);
        return true;
    });

    /// <inheritdoc cref="WriteAsync(Action{SqliteSession})"/>
    public async Task<T> WriteAsync<T>(Func<SqliteSession, T> write)
    {
        var work = new Work<T>(write);
        await queue.Writer.WriteAsync(work);
        return await work.Result;
    }

    public void Dispose()
    {
        queue.Writer.Complete();
        thread.Join();
        session.Dispose();
    }

    private void Run()
    {
        var batch = new List<Work>(MaxBatch);
        var isBusy = false;
        while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            if (isBusy)
                Thread.Sleep(Gathering);
            while (batch.Count < MaxBatch && queue.Reader.TryRead(out var work))
                batch.Add(work);
            Commit(batch);
            isBusy = batch.Count > 1;
            batch.Clear();
        }
    }

    /// <summary>All or, when one of them fails, each on its own: one bad write (or a full disk) must not fail its neighbours' mail.</summary>
    private void Commit(List<Work> batch)
    {
        try
        {
            InTransaction(batch);
            foreach (var work in batch)
                work.Succeed();
        }
        catch (Exception e) when (batch.Count == 1)
        {
            batch[0].Fail(e is SqliteException { SqliteErrorCode: Full } ? new StorageFullException(e) : e);
        }
        catch (Exception)
        {
            foreach (var work in batch)
                Commit([work]);
        }
    }

    private void InTransaction(List<Work> batch)
    {
        session.Execute("BEGIN IMMEDIATE");
        try
        {
            foreach (var work in batch)
                work.Run(session);
            session.Execute("COMMIT");
        }
        catch
        {
            Rollback();
            throw;
        }
    }

    private void Rollback()
    {
        try
        {
            session.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself (disk full, I/O error); the first error is the one to report.
        }
    }

    private abstract class Work
    {
        public abstract void Run(SqliteSession session);

        public abstract void Succeed();

        public abstract void Fail(Exception reason);
    }

    private sealed class Work<T>(Func<SqliteSession, T> write) : Work
    {
        private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T value = default!;

        public Task<T> Result => done.Task;

        public override void Run(SqliteSession session) => value = write(session);

        public override void Succeed() => done.SetResult(value);

        public override void Fail(Exception reason) => done.SetException(reason);
    }
}
