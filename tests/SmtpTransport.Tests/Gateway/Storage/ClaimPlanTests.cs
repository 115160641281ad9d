using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Storage;

namespace SmtpTransport.Tests.Gateway.Storage;

/// <summary>However many wait, the next item is found by index.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ClaimPlanTests : IDisposable
{
    private const int Waiting = 200_000;
    private readonly SpoolStage stage = new();

    public void Dispose() => stage.Dispose();

    [Test]
    public async Task Two_hundred_thousand_waiting_items_are_not_read_to_claim_one()
    {
        await FillAsync();
        var due = await stage.DraftAsync();

        foreach (var sql in new[] { SqlSpool.Claim, SqlSpool.ClaimOthers, SqlSpool.NextDueOfOthers, "SELECT min(due_at) FROM recipient WHERE direction = 1 AND state = 0", SqlSweep.Settled })
            Assert.That(Plan(sql), Has.None.Contains("SCAN recipient").And.None.EqualTo("SCAN recipient"), sql);
        Assert.That((await stage.ClaimDraftsAsync()).Single().Id, Is.EqualTo(due));
        Assert.That(stage.Spool.NextDue(MailDirection.ChatToMail, []), Is.Not.Null);
    }

    [Test]
    public void Settled_rows_are_swept_in_the_order_of_their_time() =>
        Assert.That(Plan(SqlSweep.Settled), Has.Some.Contains("state=? AND due_at<?"));

    private List<string> Plan(string sql) =>
        stage.Database.Current.Read(session =>
        {
            // The planner wants its parameters bound, whatever they are.
            var values = Enumerable.Range(1, 5).Where(n => sql.Contains($"${n}", StringComparison.Ordinal)).Select(n => (object?)n).ToArray();
            return session.Query("EXPLAIN QUERY PLAN " + sql, row => row.GetString(3), values);
        });

    [Test]
    public void What_waits_for_busy_destinations_is_passed_over_in_the_index_alone() => Assert.Multiple(() =>
    {
        Assert.That(Plan(SqlSpool.ClaimOthers), Has.Some.Contains("COVERING INDEX recipient_due"));
        Assert.That(Plan(SqlSpool.NextDueOfOthers), Has.Some.Contains("COVERING INDEX recipient_due"));
    });

    /// <summary>Mails that wait for another hour, as behind a server that is down.</summary>
    private Task<int> FillAsync()
    {
        var later = stage.Time.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds();
        return stage.Database.Current.Writer.WriteAsync(session => session.Execute(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
            INSERT INTO recipient (id, mail_id, direction, address, jid, destination, state, leased, due_at, attempts, delay_told)
            SELECT i, 'w' || i, 1, 'bob@mail.test', '', 'mail.test', 0, 0, $2 + i, 1, 0 FROM n
            """,
            Waiting, later));
    }
}
