using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Storage;

namespace SmtpTransport.Tests.Gateway.Storage;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SqlLinksTests : IDisposable
{
    private readonly SpoolStage stage = new();

    private SqlLinks Links => new(stage.Database.Current, stage.Time);

    public void Dispose() => stage.Dispose();

    [Test]
    public async Task A_link_is_good_with_what_its_mail_was_taken_with()
    {
        stage.Authentication = new MailAuthentication("mx; spf=pass", IsSenderVerified: true, AuthorStanding.Verified);
        Assert.That(Links.Find("t"), Is.Null);

        var mail = await TakenAsync("t", part: 2);

        var found = Links.Find("t")!;
        Assert.That((found.MailId, found.Part, found.Authentication, found.ReceivedAt), Is.EqualTo((mail.Id, 2, stage.Authentication, mail.ReceivedAt)));
        Assert.That(stage.Body(found.BodyId), Does.EndWith("Hello\r\n"));
    }

    [Test]
    public async Task A_mail_lives_as_long_as_a_link_leads_to_it_and_no_longer()
    {
        await TakenAsync("t");
        stage.Time.Advance(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1));
        await stage.SweepAsync();
        Assert.That((stage.Database.Count("recipient"), stage.Database.Count("body"), Links.Find("t") is null), Is.EqualTo((0, 1, false)));

        stage.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(Links.Find("t"), Is.Null, "before anybody sweeps");
        await stage.SweepAsync();
        foreach (var table in new[] { "link", "mail", "body", "body_chunk" })
            Assert.That(stage.Database.Count(table), Is.Zero, table);
    }

    [Test]
    public async Task A_link_that_ends_early_waits_for_the_others_of_its_mail()
    {
        var mail = await stage.AcceptAsync("alice@example.org", "carol@example.org");
        await stage.Spool.SettleAsync(mail.Id, [stage.Taken(mail) with { Links = [Link("a", days: 1)] }, stage.Taken(mail, 1) with { Links = [Link("c", days: 2)] }], []);

        stage.Time.Advance(TimeSpan.FromDays(1));
        await stage.SweepAsync();
        Assert.That(stage.Database.Count("link"), Is.EqualTo(1));
        Assert.That(stage.Body(Links.Find("c")!.BodyId), Does.EndWith("Hello\r\n"));
    }

    [Test]
    public async Task Revoking_ends_all_links_of_this_user_to_this_mail_and_the_last_one_takes_the_mail_along()
    {
        var mail = await stage.AcceptAsync("alice@example.org", "carol@example.org");
        await stage.Spool.SettleAsync(mail.Id, [stage.Taken(mail) with { Links = [Link("a"), Link("a1", part: 1)] }, stage.Taken(mail, 1) with { Links = [Link("c")] }], []);
        stage.Time.Advance(TimeSpan.FromSeconds(3));
        await stage.SweepAsync();

        Assert.That(await Links.RevokeAsync("a1"), Is.True);
        Assert.That((Links.Find("a"), Links.Find("a1"), Links.Find("c") is null), Is.EqualTo(((object?)null, (object?)null, false)));
        Assert.That(await Links.RevokeAsync("a"), Is.False);
        Assert.That(stage.Database.Count("body"), Is.EqualTo(1));

        await Links.RevokeAsync("c");
        Assert.That((stage.Database.Count("mail"), stage.Database.Count("body"), stage.Database.Count("body_chunk")), Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public async Task A_revoked_link_stays_dead_when_its_message_is_sent_again()
    {
        var mail = await TakenAsync("t");
        await Links.RevokeAsync("t");

        await stage.Spool.SettleAsync(mail.Id, [stage.Taken(mail) with { Links = [Link("t")] }], []);

        Assert.That(Links.Find("t"), Is.Null);
    }

    [Test]
    public async Task A_link_that_is_written_again_after_a_crash_is_the_same_and_ends_when_it_was_to_end()
    {
        var mail = await TakenAsync("t");
        var end = Links.Find("t")!.ExpiresAt;
        stage.Time.Advance(TimeSpan.FromSeconds(2));
        stage.Restart();

        await stage.Spool.SettleAsync(mail.Id, [stage.Taken(mail) with { Links = [Link("t")] }], []);

        Assert.That((stage.Database.Count("link"), Links.Find("t")!.ExpiresAt), Is.EqualTo((1, end)));
    }

    [Test]
    public async Task A_mail_without_a_link_leaves_no_row()
    {
        var mail = await stage.AcceptAsync("alice@example.org");
        await stage.Spool.SettleAsync(mail.Id, [stage.Taken(mail)], []);

        Assert.That(stage.Database.Count("link"), Is.Zero);
    }

    [Test]
    public async Task Many_links_that_end_at_once_go_in_small_steps()
    {
        for (var i = 0; i < 45; i++)
        {
            var mail = await stage.AcceptAsync($"mail{i}", $"m{i}@mail.test", TestContent.Mail(), "alice@example.org");
            await stage.Spool.SettleAsync(mail.Id, [stage.Taken(mail, stanzaId: $"s{i}") with { Links = [Link($"t{i}")] }], []);
        }

        stage.Time.Advance(TimeSpan.FromDays(30));
        Assert.That(await stage.Spool.SweepAsync(), Is.True, "there is more");
        Assert.That(stage.Database.Count("link"), Is.EqualTo(25));
        await stage.SweepAsync();
        Assert.That((stage.Database.Count("link"), stage.Database.Count("body")), Is.EqualTo((0, 0)));
    }

    private async Task<AcceptedMail> TakenAsync(string token, int part = 0)
    {
        var mail = await stage.AcceptAsync("alice@example.org");
        await stage.Spool.SettleAsync(mail.Id, [stage.Taken(mail) with { Links = [Link(token, part)] }], []);
        return mail;
    }

    private MailLink Link(string token, int part = 0, int days = 30) => new(token, part, "", stage.Time.GetUtcNow() + TimeSpan.FromDays(days));
}
