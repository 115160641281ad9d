using SmtpTransport.Gateway.Spool;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Storage;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LateErrorRecordTests : IDisposable
{
    private readonly SpoolStage stage = new();

    public void Dispose() => stage.Dispose();

    [Test]
    public async Task A_mail_that_is_still_kept_is_tried_again()
    {
        await TakeAsync();
        var retryAt = stage.Time.GetUtcNow() + TimeSpan.FromMinutes(1);

        var refusal = await stage.Spool.RecordLateErrorAsync(Error("s1", retryAt));

        Assert.That((refusal!.MailId, refusal.Sender, refusal.IsRetried), Is.EqualTo(("mail1", SpoolStage.Bob, true)));
        Assert.That(await stage.ClaimMailsAsync(), Is.Empty);
        stage.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await stage.ClaimMailsAsync()).Single().Recipients[0].Attempts, Is.EqualTo(2));
    }

    [Test]
    public async Task The_retry_knows_the_attempts_made_and_the_age_of_the_mail()
    {
        await TakeAsync();
        var asked = (Attempts: 0, ReceivedAt: DateTimeOffset.MinValue);

        await stage.Spool.RecordLateErrorAsync(Error("s1", null) with
        {
            RetryAt = (attempts, receivedAt) =>
            {
                asked = (attempts, receivedAt);
                return null;
            },
        });

        Assert.That(asked, Is.EqualTo((1, stage.Time.GetUtcNow())));
    }

    [Test]
    public async Task An_error_says_nothing_of_what_was_taken_after_it()
    {
        var early = Error("s1", null) with { ReadAt = stage.Time.GetUtcNow() };
        stage.Time.Advance(TimeSpan.FromSeconds(3));
        await TakeAsync();

        Assert.That(await stage.Spool.RecordLateErrorAsync(early), Is.Null);
        Assert.That(await stage.Spool.RecordLateErrorAsync(early with { ReadAt = stage.Time.GetUtcNow() - TimeSpan.FromMilliseconds(50) }), Is.Not.Null, "it overtook its pong");
    }

    [Test]
    public async Task A_final_refusal_is_shown_to_the_operator()
    {
        await TakeAsync();

        Assert.That((await stage.Spool.RecordLateErrorAsync(Error("s1", null)))!.IsRetried, Is.False);

        var item = (await stage.Queue.ListAsync(QueueFilter.All, default)).Single();
        Assert.That((item.State, item.LastError), Is.EqualTo(("failed", "550 5.7.1 blocked")));
        Assert.That(stage.Database.Count("body"), Is.Zero);
        Assert.That(await stage.Spool.RecordLateErrorAsync(Error("s1", null)), Is.Null, "known already");
    }

    [Test]
    public async Task Of_a_mail_that_is_gone_the_refusal_is_shown_all_the_same()
    {
        await TakeAsync();
        stage.Time.Advance(TimeSpan.FromMinutes(1));
        await stage.SweepAsync();
        Assert.That(stage.Database.Count("mail"), Is.Zero);

        var refusal = await stage.Spool.RecordLateErrorAsync(Error("s1", stage.Time.GetUtcNow()));

        Assert.That((refusal!.MailId, refusal.IsRetried), Is.EqualTo(("mail1", false)));
        var shown = (await stage.Queue.ShowAsync("mail1", default))!.Mail;
        Assert.That((shown!.From, shown.Recipients.Single().To, shown.Recipients.Single().LastError), Is.EqualTo(("bob@mail.test", "alice@example.org", "550 5.7.1 blocked")));
    }

    [Test]
    public async Task An_error_about_something_else_is_nobodys_mail()
    {
        await TakeAsync();

        Assert.That(await stage.Spool.RecordLateErrorAsync(Error("unknown", null)), Is.Null);
        Assert.That(await stage.Spool.RecordLateErrorAsync(Error("s1", null) with { User = Jid.Parse("carol@example.org") }), Is.Null, "not hers");
        Assert.That(stage.Database.Count("recipient", "state = 1"), Is.EqualTo(1));
    }

    private async Task TakeAsync()
    {
        var mail = await stage.AcceptAsync("alice@example.org");
        await stage.Spool.SettleAsync(mail.Id, [stage.Taken(mail)], []);
    }

    private LateError Error(string stanzaId, DateTimeOffset? retryAt) => new(
        Jid.Parse("alice@example.org/phone"), stanzaId, "550 5.7.1 blocked", (_, _) => retryAt, stage.Time.GetUtcNow() + TimeSpan.FromDays(7));
}
