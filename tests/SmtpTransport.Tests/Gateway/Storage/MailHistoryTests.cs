using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Storage;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Storage;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MailHistoryTests : IDisposable
{
    private readonly SpoolStage stage = new();

    public void Dispose() => stage.Dispose();

    [Test]
    public async Task A_mail_tells_what_happened_to_each_of_its_recipients()
    {
        var mail = await stage.AcceptAsync("alice@example.org", "carol@example.org", "dave@example.org");
        var now = stage.Time.GetUtcNow();
        await stage.Spool.SettleAsync(
            mail.Id,
            [
                stage.Taken(mail),
                new Settlement.Withdrawn(mail.Targets[1].RecipientId, "550 5.1.1 Mailbox unavailable"),
                new Settlement.Deferred(mail.Targets[2].RecipientId, now + TimeSpan.FromMinutes(1), now, "451 4.4.1 no answer"),
            ],
            []);
        await stage.Queue.RetryAsync(mail.Id, default);
        await stage.Queue.DropAsync(mail.Id, default);

        Assert.That(await HistoryAsync(mail.Id), Is.EqualTo(new[]
        {
            "Accepted  from <bob@mail.test> for alice@example.org, carol@example.org, dave@example.org",
            "Delivered alice@example.org taken by the XMPP server",
            "Refused carol@example.org 550 5.1.1 Mailbox unavailable",
            "Deferred dave@example.org 451 4.4.1 no answer",
            "Retried  by the operator",
            "Dropped dave@example.org by the operator",
        }));
    }

    [Test]
    public async Task A_message_tells_which_server_took_its_mail()
    {
        var id = await stage.DraftAsync();
        var claimed = (await stage.ClaimDraftsAsync()).Single();
        await stage.Spool.SettleAsync(id, [new Settlement.Delivered(claimed.Recipients[0].Id, "by mx.mail.test: 250 2.0.0 Ok")], []);

        Assert.That(await HistoryAsync(id), Is.EqualTo(new[]
        {
            "Accepted  from <alice@example.org/phone> for bob@mail.test",
            "Delivered bob@mail.test by mx.mail.test: 250 2.0.0 Ok",
        }));
    }

    [Test]
    public async Task A_late_refusal_is_part_of_the_story()
    {
        var mail = await stage.AcceptAsync("alice@example.org");
        await stage.Spool.SettleAsync(mail.Id, [stage.Taken(mail)], []);

        await stage.Spool.RecordLateErrorAsync(new LateError(Jid.Parse("alice@example.org"), "s1", "550 5.7.1 blocked", (_, _) => null, stage.Time.GetUtcNow()));

        Assert.That(await HistoryAsync(mail.Id), Has.Some.EqualTo("Failed alice@example.org 550 5.7.1 blocked"));
    }

    [Test]
    public async Task Of_many_attempts_only_the_last_are_kept()
    {
        var id = await stage.DraftAsync();
        for (var attempt = 1; attempt <= 120; attempt++)
        {
            var claimed = (await stage.ClaimDraftsAsync()).Single();
            var now = stage.Time.GetUtcNow();
            await stage.Spool.SettleAsync(id, [new Settlement.Deferred(claimed.Recipients[0].Id, now, now, $"attempt {attempt}")], []);
        }

        var history = await HistoryAsync(id);

        Assert.That(history, Has.Count.EqualTo(51));
        Assert.That((history[0], history[1], history[^1]), Is.EqualTo((history[0], "Deferred bob@mail.test attempt 71", "Deferred bob@mail.test attempt 120")));
    }

    [Test]
    public async Task The_history_stays_for_three_days_and_never_goes_before_its_mail()
    {
        var gone = MailIds.Next(stage.Time);
        var mail = await stage.AcceptAsync(gone, "m1@mail.test", TestContent.Mail(), "alice@example.org");
        await stage.Spool.SettleAsync(gone, [stage.Taken(mail)], []);
        var waiting = MailIds.Next(stage.Time);
        await stage.AcceptAsync(waiting, "m2@mail.test", TestContent.Mail(), "carol@example.org");

        stage.Time.Advance(TimeSpan.FromDays(3) - TimeSpan.FromMinutes(1));
        await stage.SweepAsync();
        Assert.That(stage.Database.Count("mail"), Is.EqualTo(1));
        Assert.That(await HistoryAsync(gone), Has.Count.EqualTo(2));
        stage.Time.Advance(TimeSpan.FromMinutes(10));
        await stage.SweepAsync();

        Assert.That(await stage.Queue.ShowAsync(gone, default), Is.Null);
        Assert.That(await HistoryAsync(waiting), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Of_too_many_mails_the_oldest_are_forgotten_first_but_none_that_waits()
    {
        var waiting = await AcceptAsync();
        var gone = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            var mail = await AcceptAsync();
            await stage.Spool.SettleAsync(mail.Id, [new Settlement.Withdrawn(mail.Targets[0].RecipientId)], []);
            gone.Add(mail.Id);
        }

        await new SqlSweep(stage.Database.Current, stage.Time) { MaxSteps = 4 }.RunAsync();

        Assert.That(await StepsAsync(gone), Is.EqualTo(new[] { 0, 0, 2, 2, 2 }), "four and those of the mail in which the fifth is");
        Assert.That(await HistoryAsync(waiting.Id), Has.Count.EqualTo(1));
    }

    private async Task<AcceptedMail> AcceptAsync()
    {
        stage.Time.Advance(TimeSpan.FromSeconds(1));
        var id = MailIds.Next(stage.Time);
        return await stage.AcceptAsync(id, $"{id}@mail.test", TestContent.Mail(), "alice@example.org");
    }

    private async Task<List<int>> StepsAsync(List<string> ids)
    {
        var steps = new List<int>();
        foreach (var id in ids)
            steps.Add((await stage.Queue.ShowAsync(id, default))?.History.Count ?? 0);
        return steps;
    }

    private async Task<IReadOnlyList<string>> HistoryAsync(string id) =>
        [.. (await stage.Queue.ShowAsync(id, default))!.History.Select(step => $"{step.Step} {step.Recipient} {step.Text}")];
}
