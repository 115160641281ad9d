using System.Text;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Storage;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SqlSpoolTests : IDisposable
{
    private readonly SpoolStage stage = new();

    public void Dispose() => stage.Dispose();

    [TestCase("UPDATE recipient SET address = 'nonsense' WHERE mail_id = 'draft1'")]
    [TestCase("UPDATE mail SET reverse_path = 'nonsense' WHERE id = 'draft1'")]
    public async Task A_broken_row_stops_no_other_and_is_shown(string damage)
    {
        await stage.DraftAsync();
        await stage.DraftAsync(stanzaId: "c2");
        await stage.Database.Current.Writer.WriteAsync(session => session.Execute(damage));

        Assert.That((await stage.ClaimDraftsAsync()).Select(mail => mail.Id), Is.EqualTo(new[] { "draft2" }));
        Assert.That(await stage.ClaimDraftsAsync(), Is.Empty, "it is put aside");
        Assert.That((await stage.Queue.ShowAsync("draft1", default))!.Mail!.Recipients.Single().LastError, Does.Contain("cannot be read"));
    }

    [Test]
    public async Task An_accepted_mail_belongs_to_its_session_until_that_settles_it()
    {
        var mail = await stage.AcceptAsync("alice@example.org");

        Assert.That(await stage.ClaimMailsAsync(), Is.Empty);
        await stage.ReleaseAsync(mail);
        var claimed = (await stage.ClaimMailsAsync()).Single();
        Assert.That((claimed.Id, claimed.MessageId, claimed.ReversePath, claimed.ReceivedAt), Is.EqualTo(("mail1", "m1@mail.test", SpoolStage.Bob, stage.Time.GetUtcNow())));
        Assert.That((claimed.Recipients[0].User, claimed.Recipients[0].Attempts), Is.EqualTo((SpoolStage.Alice, 1)));
        Assert.That(claimed.Recipients[0].Fingerprint!.StanzaId(0), Is.EqualTo(mail.Targets[0].Fingerprint.StanzaId(0)));
        Assert.That(stage.Body(claimed.BodyId!.Value), Does.StartWith("From: Bob <bob@mail.test>\r\n").And.EndsWith("\r\n\r\nHello\r\n"));
        Assert.That(await stage.ClaimMailsAsync(), Is.Empty, "leased");
    }

    [Test]
    public async Task What_is_known_of_the_sender_stays_with_the_mail()
    {
        stage.Authentication = new MailAuthentication("mx.example.org; spf=pass smtp.mailfrom=mail.test", IsSenderVerified: true, AuthorStanding.Verified);
        await stage.ReleaseAsync(await stage.AcceptAsync("alice@example.org"));
        stage.Restart();

        Assert.That((await stage.ClaimMailsAsync()).Single().Authentication, Is.EqualTo(stage.Authentication));
    }

    [Test]
    public async Task What_a_dead_worker_held_comes_back_when_the_lease_ends()
    {
        await stage.DraftAsync();
        Assert.That(await stage.ClaimDraftsAsync(), Has.Count.EqualTo(1));

        stage.Time.Advance(DeliveryWorker.LongestAttempt);
        Assert.That(await stage.ClaimDraftsAsync(), Is.Empty);
        stage.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.That((await stage.ClaimDraftsAsync()).Single().Recipients[0].Attempts, Is.EqualTo(2));
    }

    [Test]
    public async Task After_a_restart_everything_undelivered_is_due_at_once()
    {
        await stage.AcceptAsync("alice@example.org", "carol@example.org");
        await stage.DraftAsync();
        await stage.ClaimDraftsAsync();
        var held = await stage.DraftAsync(hold: TimeSpan.FromSeconds(10));

        stage.Restart();
        await stage.Spool.RecoverAsync();

        Assert.That((await stage.ClaimMailsAsync()).Single().Recipients, Has.Count.EqualTo(2));
        Assert.That((await stage.ClaimDraftsAsync()).Single().Id, Is.Not.EqualTo(held));
    }

    [Test]
    public async Task Recipients_of_one_mail_are_claimed_together_whatever_the_limit()
    {
        var mail = await stage.AcceptAsync("alice@example.org", "carol@example.org", "dave@example.org");
        await stage.ReleaseAsync(mail);

        Assert.That((await stage.ClaimMailsAsync(limit: 1)).Single().Recipients, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Each_direction_has_its_own_work_and_due_time()
    {
        Assert.That(stage.Spool.NextDue(MailDirection.ChatToMail, []), Is.Null);
        await stage.DraftAsync(hold: TimeSpan.FromSeconds(10));

        Assert.That(stage.Spool.NextDue(MailDirection.ChatToMail, []), Is.EqualTo(stage.Time.GetUtcNow() + TimeSpan.FromSeconds(10)));
        Assert.That(stage.Spool.NextDue(MailDirection.MailToChat, []), Is.Null);
        Assert.That(await stage.ClaimDraftsAsync(), Is.Empty, "held");
        stage.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(await stage.ClaimMailsAsync(), Is.Empty);
        Assert.That(await stage.ClaimDraftsAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_longest_due_is_claimed_first()
    {
        var late = await stage.DraftAsync(hold: TimeSpan.FromSeconds(2));
        var early = await stage.DraftAsync(hold: TimeSpan.FromSeconds(1), to: "carol@mail.test");
        stage.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.That((await stage.ClaimDraftsAsync(limit: 1)).Single().Id, Is.EqualTo(early));
        Assert.That((await stage.ClaimDraftsAsync(limit: 1)).Single().Id, Is.EqualTo(late));
    }

    [Test]
    public async Task Mail_without_a_message_id_is_never_recognised()
    {
        var mail = await stage.AcceptAsync("mail1", "", TestContent.Mail(messageId: ""), "alice@example.org");

        Assert.That(stage.Spool.IsTaken(mail.Targets[0].Fingerprint), Is.False);
        Assert.That(stage.Database.Count("taken"), Is.Zero);
    }

    [Test]
    public async Task A_mail_is_remembered_for_a_day()
    {
        var mail = await stage.AcceptAsync("alice@example.org");

        stage.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        await stage.SweepAsync();
        Assert.That(stage.Spool.IsTaken(mail.Targets[0].Fingerprint), Is.True);
        stage.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(stage.Spool.IsTaken(mail.Targets[0].Fingerprint), Is.False);
        await stage.SweepAsync();
        Assert.That(stage.Database.Count("taken"), Is.Zero);
    }

    [Test]
    public async Task A_draft_is_composed_once_and_stays_what_it_was()
    {
        var id = await stage.DraftAsync();
        var claimed = (await stage.ClaimDraftsAsync()).Single();
        Assert.That(claimed.BodyId, Is.Null);
        await stage.Spool.StoreComposedAsync(id, TestContent.Of(Encoding.UTF8.GetBytes("Subject: x\r\n\r\ny")), "id@example.org", []);

        stage.Restart();
        await stage.Spool.RecoverAsync();

        var again = (await stage.ClaimDraftsAsync()).Single();
        Assert.That((stage.Body(again.BodyId!.Value), again.MessageId), Is.EqualTo(("Subject: x\r\n\r\ny", "id@example.org")));
        Assert.That(stage.Spool.ReadDraft(id).Single().Body, Is.EqualTo("Hello"));
    }

    [Test]
    public async Task A_mail_that_fails_for_long_is_found_once()
    {
        await stage.DraftAsync();
        var claimed = (await stage.ClaimDraftsAsync()).Single();
        var since = stage.Time.GetUtcNow();
        await stage.Spool.SettleAsync(claimed.Id, [new Settlement.Deferred(claimed.Recipients[0].Id, since + TimeSpan.FromHours(1), since, "451 4.3.2 later")], []);

        Assert.That(await stage.Spool.FindDelayedAsync(since - TimeSpan.FromSeconds(1), 10), Is.Empty);
        var delayed = (await stage.Spool.FindDelayedAsync(since, 10)).Single();
        Assert.That((delayed.Address, delayed.Why, delayed.Line.StanzaId), Is.EqualTo(("bob@mail.test", "451 4.3.2 later", "c1")));
        await stage.Spool.TellDelayAsync(delayed, Stanza.Message(SpoolStage.Alice, SpoolStage.Alice, "d1", "chat"));
        Assert.That(await stage.Spool.FindDelayedAsync(since, 10), Is.Empty);
        Assert.That(stage.Notices.Waiting(10), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task One_mail_may_have_many_lines_and_many_recipients()
    {
        var id = await stage.DraftAsync();
        await stage.Database.Current.Writer.WriteAsync(session => session.Execute(
            """
            INSERT INTO draft_line (mail_id, position, stanza_id, sender, addressed, body, wants_receipt, written_at)
            SELECT mail_id, 1, 'c2', sender, addressed, 'World', 1, written_at FROM draft_line WHERE mail_id = $1
            """, id));
        await stage.Database.Current.Writer.WriteAsync(session => session.Execute(
            """
            INSERT INTO recipient (id, mail_id, direction, address, jid, destination, state, leased, due_at, attempts, delay_told)
            SELECT id + 1, mail_id, 1, 'carol@mail.test', '', destination, 0, 0, due_at, 0, 0 FROM recipient WHERE mail_id = $1
            """, id));

        var claimed = (await stage.ClaimDraftsAsync(limit: 1)).Single();
        Assert.That(claimed.Recipients.Select(r => r.Address.ToString()), Is.EquivalentTo(new[] { "bob@mail.test", "carol@mail.test" }));
        Assert.That(stage.Spool.ReadDraft(id).Select(line => line.Body), Is.EqualTo(new[] { "Hello", "World" }));
        await stage.Spool.SettleAsync(id, [new Settlement.Delivered(claimed.Recipients[0].Id)], []);
        Assert.That(stage.Database.Count("draft_line"), Is.EqualTo(2), "the other recipient still needs them");
    }

    [Test]
    public async Task The_envelope_keeps_what_the_client_wished()
    {
        var recipient = new EnvelopeRecipient(EmailAddress.Parse("alice@example.org"), DsnNotify.Success | DsnNotify.Delay, "rfc822;alice@old.test");
        var envelope = new Envelope(null, [recipient]) { Return = "HDRS", EnvelopeId = "env=1" };
        await stage.Spool.AcceptAsync(
            new AcceptedMail("mail1", envelope, "m1@mail.test", "Received: test", stage.Time.GetUtcNow())
            {
                Targets = [new MailTarget(SpoolId.New(stage.Time), recipient, SpoolStage.Alice, SpoolStage.Fingerprint(SpoolStage.Alice))],
            },
            TestContent.Mail(),
            [],
            [],
            CancellationToken.None);

        Assert.That(stage.Database.Count("mail", "reverse_path = '' AND envelope_id = 'env=1' AND return_kind = 'HDRS' AND trace = 'Received: test'"), Is.EqualTo(1));
        Assert.That(stage.Database.Count("recipient", "original = 'rfc822;alice@old.test' AND notify = 5"), Is.EqualTo(1));
    }

    [Test]
    public async Task There_is_room_for_a_mail_but_not_for_more_than_the_disk_holds()
    {
        await stage.DraftAsync();

        Assert.That((stage.Spool.HasRoomFor(1000), stage.Spool.HasRoomFor(long.MaxValue / 2)), Is.EqualTo((true, false)));
    }
}
