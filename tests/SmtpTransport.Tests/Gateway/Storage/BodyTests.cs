using CsCheck;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Storage;

namespace SmtpTransport.Tests.Gateway.Storage;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BodyTests : IDisposable
{
    private const int Size = (2 * SqlBodies.ChunkSize) + 12_345;
    private readonly byte[] octets = new byte[Size];
    private readonly SpoolStage stage = new();

    public BodyTests() => new Random(1).NextBytes(octets);

    public void Dispose() => stage.Dispose();

    [TestCase(1)]
    [TestCase(SqlBodies.ChunkSize)]
    [TestCase(SqlBodies.ChunkSize + 1)]
    [TestCase(Size)]
    public async Task A_body_comes_back_as_it_came_in_chunks_that_are_small(int size)
    {
        var bodyId = await StoreAsync(octets[..size]);

        using var copy = new MemoryStream();
        await using (var stream = stage.Spool.OpenBody(bodyId))
            await stream.CopyToAsync(copy);
        Assert.That(copy.ToArray().AsSpan().SequenceEqual(octets.AsSpan(0, size)), Is.True);
        Assert.That(stage.Database.Count("body_chunk", $"length(octets) > {SqlBodies.ChunkSize}"), Is.Zero);
        Assert.That(stage.Database.Count("body_chunk"), Is.EqualTo((size + SqlBodies.ChunkSize - 1) / SqlBodies.ChunkSize));
    }

    [Test]
    public async Task A_composed_mail_may_be_large_too()
    {
        var id = await stage.DraftAsync();
        await stage.Spool.StoreComposedAsync(id, TestContent.Of(octets), "id@example.org", []);
        var bodyId = (await stage.ClaimDraftsAsync()).Single().BodyId!.Value;

        await using var stream = stage.Spool.OpenBody(bodyId);
        var copy = new byte[Size];
        await stream.ReadExactlyAsync(copy);
        Assert.That(copy.AsSpan().SequenceEqual(octets), Is.True);
        Assert.That(stage.Database.Count("body_chunk"), Is.EqualTo(3));
    }

    [Test]
    public async Task Seeking_and_reading_is_like_in_memory()
    {
        var bodyId = await StoreAsync(octets);
        using var body = stage.Spool.OpenBody(bodyId);
        using var memory = new MemoryStream(octets, writable: false);

        Gen.Select(Gen.Int[0, Size + 10], Gen.Int[0, 2 * SqlBodies.ChunkSize], Gen.Enum<SeekOrigin>()).Sample(
            (offset, count, origin) =>
            {
                var from = origin == SeekOrigin.End ? -Math.Min(offset, Size) : origin == SeekOrigin.Current ? offset - (int)memory.Position : offset;
                var (a, b) = (new byte[count], new byte[count]);
                return body.Seek(from, origin) == memory.Seek(from, origin)
                    && body.ReadAtLeast(a, count, throwOnEndOfStream: false) == memory.Read(b)
                    && body.Position == memory.Position
                    && a.AsSpan().SequenceEqual(b);
            },
            iter: 200,
            threads: 1);
        Assert.That(body.Length, Is.EqualTo(Size));
    }

    [Test]
    public async Task Chunks_that_a_crash_left_are_swept_at_the_next_start_and_nothing_else()
    {
        await stage.AcceptAsync("mail1", "m1@mail.test", TestContent.Of(octets), "alice@example.org");
        await LeaveOrphanAsync();
        await stage.SweepAsync();
        Assert.That(stage.Database.Count("body"), Is.EqualTo(2), "it may be a mail that is just coming in");

        stage.Restart();
        await stage.SweepAsync();

        Assert.That((stage.Database.Count("body"), stage.Database.Count("body_chunk")), Is.EqualTo((1, 3)));
    }

    [Test]
    public async Task A_full_disk_stores_no_half_mail_and_gives_back_what_it_took()
    {
        await stage.Database.FillAsync();

        Assert.ThrowsAsync<StorageFullException>(() => stage.AcceptAsync("mail1", "m1@mail.test", TestContent.Of(octets), "alice@example.org"));

        await stage.Database.MakeRoomAsync();
        await stage.SweepAsync();
        foreach (var table in new[] { "mail", "recipient", "taken", "body", "body_chunk" })
            Assert.That(stage.Database.Count(table), Is.Zero, table);
    }

    [Test]
    public async Task A_disk_that_fills_up_in_the_middle_of_a_mail_is_cleaned_when_it_can_be()
    {
        await stage.Database.Current.Writer.WriteAsync(session =>
            session.ExecuteScript($"PRAGMA max_page_count = {session.Scalar<long>("PRAGMA page_count") + 100}"));

        Assert.ThrowsAsync<StorageFullException>(() => stage.AcceptAsync("mail1", "m1@mail.test", TestContent.Of(octets), "alice@example.org"));
        Assert.That(stage.Database.Count("body"), Is.EqualTo(1));

        await stage.SweepAsync();
        Assert.That((stage.Database.Count("body"), stage.Database.Count("body_chunk")), Is.EqualTo((0, 0)));
    }

    private async Task<long> StoreAsync(byte[] content)
    {
        var mail = await stage.AcceptAsync("mail1", "m1@mail.test", TestContent.Of(content), "alice@example.org");
        await stage.ReleaseAsync(mail);
        return (await stage.ClaimMailsAsync()).Single().BodyId!.Value;
    }

    private Task LeaveOrphanAsync()
    {
        var id = SpoolId.New(stage.Time);
        return stage.Database.Current.Writer.WriteAsync(session =>
        {
            SqlBodies.InsertBody(session, id);
            SqlBodies.InsertChunk(session, id, 1, [1, 2, 3]);
        });
    }
}
