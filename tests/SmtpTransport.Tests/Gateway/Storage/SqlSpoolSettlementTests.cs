using System.Text;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Storage;

/// <summary>What an outcome leaves in the spool.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SqlSpoolSettlementTests : IDisposable
{
    private readonly SpoolStage stage = new();

    public void Dispose() => stage.Dispose();

    [Test]
    public async Task A_withdrawn_mail_leaves_nothing_behind()
    {
        var mail = await stage.AcceptAsync("alice@example.org");
        Assert.That(stage.Spool.IsTaken(mail.Targets[0].Fingerprint), Is.True);

        await stage.Spool.SettleAsync(mail.Id, [new Settlement.Withdrawn(mail.Targets[0].RecipientId)], []);

        foreach (var table in new[] { "mail", "recipient", "body", "body_chunk", "taken" })
            Assert.That(stage.Database.Count(table), Is.Zero, table);
        Assert.That(stage.Spool.IsTaken(mail.Targets[0].Fingerprint), Is.False);
    }

    [Test]
    public async Task What_is_withdrawn_for_one_stays_for_the_other()
    {
        var mail = await stage.AcceptAsync("alice@example.org", "carol@example.org");

        await stage.Spool.SettleAsync(mail.Id, [new Settlement.Withdrawn(mail.Targets[0].RecipientId), stage.Taken(mail, target: 1)], []);

        Assert.That(stage.Spool.IsTaken(mail.Targets[0].Fingerprint), Is.False);
        Assert.That(stage.Spool.IsTaken(mail.Targets[1].Fingerprint), Is.True);
        Assert.That((stage.Database.Count("recipient"), stage.Database.Count("body")), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task What_was_taken_is_kept_until_it_is_safe()
    {
        var mail = await stage.AcceptAsync("alice@example.org");
        await stage.Spool.SettleAsync(mail.Id, [stage.Taken(mail)], []);

        await stage.SweepAsync();
        Assert.That(stage.Database.Count("body"), Is.EqualTo(1));
        stage.Time.Advance(TimeSpan.FromSeconds(3));
        await stage.SweepAsync();
        foreach (var table in new[] { "mail", "recipient", "body", "body_chunk" })
            Assert.That(stage.Database.Count(table), Is.Zero, table);
        Assert.That(stage.Spool.IsTaken(mail.Targets[0].Fingerprint), Is.True);
    }

    [Test]
    public async Task A_broken_link_reopens_what_was_taken_after_the_moment_and_nothing_else()
    {
        var early = await stage.AcceptAsync("early", "m1@mail.test", TestContent.Mail(), "alice@example.org");
        await stage.Spool.SettleAsync(early.Id, [stage.Taken(early, stanzaId: "s1") with { KeepUntil = stage.Time.GetUtcNow() + TimeSpan.FromMinutes(2) }], []);
        stage.Time.Advance(TimeSpan.FromSeconds(10));
        var moment = stage.Time.GetUtcNow();
        var late = await stage.AcceptAsync("late", "m2@mail.test", TestContent.Mail(), "alice@example.org");
        await stage.Spool.SettleAsync(late.Id, [stage.Taken(late, stanzaId: "s2")], []);

        await stage.Spool.ReopenTakenAsync(moment);

        var claimed = (await stage.ClaimMailsAsync()).Single();
        Assert.That(claimed.Id, Is.EqualTo("late"));
        Assert.That(claimed.Recipients[0].Fingerprint!.StanzaId(0), Is.EqualTo(late.Targets[0].Fingerprint.StanzaId(0)), "the same ids");
    }

    [Test]
    public async Task A_failed_mail_is_shown_without_its_body_and_taken_when_it_comes_again()
    {
        var mail = await stage.AcceptAsync("alice@example.org");
        await stage.Spool.SettleAsync(mail.Id, [new Settlement.Failed(mail.Targets[0].RecipientId, stage.Time.GetUtcNow() + TimeSpan.FromDays(7), "550 5.1.1 no")], []);

        Assert.That((stage.Database.Count("mail"), stage.Database.Count("body")), Is.EqualTo((1, 0)));
        Assert.That(stage.Spool.IsTaken(mail.Targets[0].Fingerprint), Is.False);
        Assert.That(await stage.ClaimMailsAsync(), Is.Empty);
        stage.Time.Advance(TimeSpan.FromDays(7));
        await stage.SweepAsync();
        Assert.That(stage.Database.Count("mail"), Is.Zero);
    }

    [Test]
    public async Task A_deferred_item_comes_back_when_it_is_due_and_keeps_its_history()
    {
        await stage.DraftAsync();
        var claimed = (await stage.ClaimDraftsAsync()).Single();
        var failingSince = stage.Time.GetUtcNow();
        await stage.Spool.SettleAsync(claimed.Id, [new Settlement.Deferred(claimed.Recipients[0].Id, failingSince + TimeSpan.FromMinutes(1), failingSince, "451 4.3.2 later")], []);

        Assert.That(await stage.ClaimDraftsAsync(), Is.Empty);
        stage.Restart();
        stage.Time.Advance(TimeSpan.FromMinutes(1));
        var again = (await stage.ClaimDraftsAsync()).Single().Recipients[0];
        Assert.That((again.Attempts, again.FailingSince), Is.EqualTo((2, (DateTimeOffset?)failingSince)));
    }

    [Test]
    public async Task Giving_back_does_not_count_as_an_attempt_and_does_not_undo_an_outcome()
    {
        var mail = await stage.AcceptAsync("alice@example.org", "carol@example.org");
        await stage.Spool.SettleAsync(mail.Id, [stage.Taken(mail)], []);

        await stage.ReleaseAsync(mail);

        var claimed = (await stage.ClaimMailsAsync()).Single().Recipients.Single();
        Assert.That((claimed.User, claimed.Attempts), Is.EqualTo((Jid.Parse("carol@example.org"), 1)));
        stage.Time.Advance(TimeSpan.FromSeconds(3));
        await stage.SweepAsync();
        Assert.That(stage.Database.Count("recipient"), Is.EqualTo(1), "the taken one is gone in its time");
    }

    [Test]
    public async Task A_delivered_draft_leaves_only_the_notice_about_it()
    {
        var id = await stage.DraftAsync();
        var claimed = (await stage.ClaimDraftsAsync()).Single();
        await stage.Spool.StoreComposedAsync(id, TestContent.Of(new byte[600_000]), "id@example.org", []);
        var notice = Stanza.Message(Jid.Parse("bob%mail.test@smtp.example"), SpoolStage.Alice, "n1", "chat");

        await stage.Spool.SettleAsync(id, [new Settlement.Delivered(claimed.Recipients[0].Id)], [notice]);

        foreach (var table in new[] { "mail", "recipient", "draft_line", "body", "body_chunk" })
            Assert.That(stage.Database.Count(table), Is.Zero, table);
        Assert.That(stage.Notices.Waiting(10).Single().Stanza!.Id, Is.EqualTo("n1"));
    }
}
