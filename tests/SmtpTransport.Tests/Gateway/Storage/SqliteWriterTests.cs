namespace SmtpTransport.Tests.Gateway.Storage;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SqliteWriterTests : IDisposable
{
    private const string Insert = "INSERT INTO alias (alias, local) VALUES ($1, 'x')";
    private readonly TestDatabase database = new();

    public void Dispose() => database.Dispose();

    [Test]
    public async Task Many_waiting_writes_share_one_transaction()
    {
        var before = LogSize();
        var writes = WhileTheWriterIsBusy(() => Enumerable.Range(0, 200).Select(i => database.Current.Writer.WriteAsync(session => { session.Execute(Insert, $"a{i}"); })));

        await Task.WhenAll(writes);

        // Each commit appends every page that it changed: 200 of them would be 400 pages and more.
        Assert.That((LogSize() - before) / 4096, Is.LessThan(40));
        Assert.That(database.Count("alias"), Is.EqualTo(200));
    }

    [Test]
    public async Task One_failing_write_does_not_fail_its_neighbours()
    {
        var writes = WhileTheWriterIsBusy(() => Enumerable.Range(0, 20).Select(i => database.Current.Writer.WriteAsync(session =>
        {
            session.Execute(Insert, $"a{i}");
            if (i == 7)
                throw new InvalidOperationException("no");
        })));

        Assert.ThrowsAsync<InvalidOperationException>(() => writes[7]);
        await Task.WhenAll(writes.Where((_, i) => i != 7));
        Assert.That((database.Count("alias"), database.Count("alias", "alias = 'a7'")), Is.EqualTo((19, 0)));
    }

    [Test]
    public async Task Writes_happen_in_the_order_in_which_they_were_asked_for()
    {
        var order = new List<int>();
        await Task.WhenAll(WhileTheWriterIsBusy(() => Enumerable.Range(0, 300).Select(i => database.Current.Writer.WriteAsync(_ => { order.Add(i); }))));

        Assert.That(order, Is.Ordered);
    }

    [Test]
    public async Task What_was_asked_for_before_the_end_is_written()
    {
        var writes = WhileTheWriterIsBusy(() => Enumerable.Range(0, 20).Select(i => database.Current.Writer.WriteAsync(session => { session.Execute(Insert, $"a{i}"); })));
        database.Reopen();

        await Task.WhenAll(writes);
        Assert.That(database.Count("alias"), Is.EqualTo(20));
    }

    /// <summary>So that the writes wait for each other as they do under load.</summary>
    private List<Task> WhileTheWriterIsBusy(Func<IEnumerable<Task>> ask)
    {
        using var go = new ManualResetEventSlim();
        var busy = database.Current.Writer.WriteAsync(_ => go.Wait());
        var asked = ask().ToList();
        go.Set();
        busy.GetAwaiter().GetResult();
        return asked;
    }

    private long LogSize() => new FileInfo(database.Current.DataSource + "-wal").Length;
}
