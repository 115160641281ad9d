using Microsoft.Extensions.Logging.Abstractions;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Storage;
using SmtpTransport.Mail;
using SmtpTransport.Tests.Gateway.Storage;
using SmtpTransport.Tests.Gateway.XmppToMail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

/// <summary>From what is owed to a sender to the report at the next mail server.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SenderReportsTests : SenderReportsFixture
{
    private const string Carol = "carol@example.org";
    private const string No = "550 5.1.1 Mailbox unavailable";

    [Test]
    public async Task All_failures_of_a_mail_are_one_report_from_nobody_to_its_sender()
    {
        var mail = await Store.AcceptAsync(Alice, Carol);
        await FailAsync(mail, 0, 1);

        await WriteAndSendAsync();

        var (report, text) = Stage.Sender.Mails.Single();
        Assert.That((report.ReversePath, report.Recipients.Single().ToString()), Is.EqualTo(((EmailAddress?)null, "bob@mail.test")));
        Assert.That(text, Does.Contain("From: Mail Delivery System <MAILER-DAEMON@example.org>")
            .And.Contains("Final-Recipient: rfc822; alice@example.org").And.Contains("Final-Recipient: rfc822; carol@example.org")
            .And.Contains("Status: 5.1.1").And.Contains("Subject: Plan"));
        Assert.That((Store.Database.Count("body"), Store.Database.Count("owed_report")), Is.EqualTo((0, 0)));
        Assert.That((await Store.Queue.ShowAsync(mail.Id, default))!.History.Select(step => step.Step), Has.Exactly(1).EqualTo(MailStep.Reported));
    }

    [TestCase("UPDATE body_chunk SET position = 7", Description = "It cannot be written")]
    [TestCase("UPDATE mail SET reverse_path = 'nobody at all'", Description = "Its record cannot be read")]
    public async Task A_report_that_breaks_keeps_no_other_from_its_sender(string fault)
    {
        await FailAsync(await Store.AcceptAsync(Alice), 0);
        await Store.Database.Current.Writer.WriteAsync(session => session.Execute(fault));
        await FailAsync(await Store.AcceptAsync("mail2", "m2@mail.test", TestContent.Mail(), Carol), 0);

        await WriteAndSendAsync();

        Assert.That(Stage.Sender.Mails.Single().Text, Does.Contain("Final-Recipient: rfc822; carol@example.org"));
        Assert.That(Store.Database.Count("owed_report"), Is.EqualTo(1), "it is tried again");
    }

    [Test]
    public async Task However_many_reports_cannot_be_written_the_others_are_and_those_are_tried_again()
    {
        for (var i = 0; i < 60; i++)
            await FailAsync(await Store.AcceptAsync($"broken{i}", $"b{i}@mail.test", TestContent.Mail(messageId: $"b{i}@mail.test"), Alice), 0);
        await Store.Database.Current.Writer.WriteAsync(session => session.Execute("UPDATE body_chunk SET position = position + 7"));
        await FailAsync(await Store.AcceptAsync("mail2", "m2@mail.test", TestContent.Mail(), Carol), 0);
        var reports = Reports();

        await reports.WriteAsync();
        await reports.WriteAsync();
        Assert.That(Store.Database.Count("owed_report"), Is.EqualTo(60));

        await Store.Database.Current.Writer.WriteAsync(session => session.Execute("UPDATE body_chunk SET position = position - 7 WHERE position >= 7"));
        Stage.Time.Advance(TimeSpan.FromMinutes(1));
        await reports.WriteAsync();
        Assert.That(Store.Database.Count("owed_report"), Is.Zero);
    }

    [Test]
    public async Task The_report_waits_for_the_other_recipients_but_not_for_long()
    {
        var mail = await Store.AcceptAsync(Alice, Carol);
        await FailAsync(mail, 0);

        await Reports().WriteAsync();
        Assert.That(Store.Database.Count("mail"), Is.EqualTo(1), "Carol's copy has no fate yet");
        Stage.Time.Advance(TimeSpan.FromMinutes(10));
        await WriteAndSendAsync();

        Assert.That(Stage.Sender.Mails.Single().Text, Does.Contain("alice@example.org").And.Not.Contain("carol@example.org"));
        Assert.That(Store.Database.Count("recipient", "state = 0"), Is.EqualTo(1), "Carol's copy still waits");
    }

    [Test]
    public async Task A_sender_that_is_not_verified_is_never_told()
    {
        Store.MayReport = false;
        var mail = await Store.AcceptAsync(Alice);
        await FailAsync(mail, 0);
        await Store.Spool.SettleAsync(mail.Id, [], [], new RefusedRecipient(new EnvelopeRecipient(EmailAddress.Parse(Carol)), No));

        await WriteAndSendAsync();

        Assert.That((Stage.Sender.Mails.Count, Store.Database.Count("owed_report")), Is.EqualTo((0, 0)));
    }

    [TestCase(null, true)]
    [TestCase(DsnNotify.Failure, true)]
    [TestCase(DsnNotify.Never, false)]
    [TestCase(DsnNotify.Success | DsnNotify.Delay, false)]
    public async Task A_failure_is_reported_as_notify_says(DsnNotify? notify, bool told)
    {
        var mail = await AcceptAsync(new EnvelopeRecipient(EmailAddress.Parse(Alice), notify));
        await Store.Spool.SettleAsync(mail.Id, [], [], new RefusedRecipient(new EnvelopeRecipient(EmailAddress.Parse(Carol), notify), No));
        await FailAsync(mail, 0);

        await WriteAndSendAsync();

        Assert.That(Stage.Sender.Mails, Has.Count.EqualTo(told ? 1 : 0));
        if (told)
            Assert.That(Stage.Sender.Mails[0].Text, Does.Contain("Final-Recipient: rfc822; carol@example.org"));
    }

    [Test]
    public async Task Success_is_reported_as_relayed_when_it_is_asked_for_and_safe()
    {
        var mail = await AcceptAsync(new EnvelopeRecipient(EmailAddress.Parse(Alice), DsnNotify.Success));
        await Store.Spool.SettleAsync(mail.Id, [Store.Taken(mail)], []);
        await Store.SweepAsync();
        await WriteAndSendAsync();
        Assert.That(Stage.Sender.Mails, Is.Empty, "it may yet be sent again");

        Stage.Time.Advance(TimeSpan.FromSeconds(3));
        await Store.SweepAsync();
        await WriteAndSendAsync();

        Assert.That(Stage.Sender.Mails.Single().Text, Does.Contain("Action: relayed").And.Contains("Status: 2.0.0").And.Contains("text/rfc822-headers"));
    }

    [Test]
    public async Task Nobody_hears_of_success_unasked()
    {
        var mail = await Store.AcceptAsync(Alice);
        await Store.Spool.SettleAsync(mail.Id, [Store.Taken(mail)], []);
        Stage.Time.Advance(TimeSpan.FromSeconds(3));
        await Store.SweepAsync();

        await WriteAndSendAsync();

        Assert.That((Stage.Sender.Mails.Count, Store.Database.Count("mail")), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task What_the_sender_said_of_reports_stands_in_the_report()
    {
        var envelope = new Envelope(SpoolStage.Bob, [new EnvelopeRecipient(EmailAddress.Parse(Alice), DsnNotify.Failure, "rfc822;list@mail.test")]) { EnvelopeId = "QQ314159", Return = "HDRS" };
        var mail = await Store.AcceptAsync("mail1", "m1@mail.test", TestContent.Mail(body: "the secret plan"), envelope);
        await FailAsync(mail, 0);

        await WriteAndSendAsync();

        Assert.That(Stage.Sender.Mails.Single().Text, Does.Contain("Original-Envelope-Id: QQ314159").And.Contains("Original-Recipient: rfc822; list@mail.test")
            .And.Contains("Subject: Plan").And.Not.Contain("the secret plan"));
    }

    [Test]
    public async Task What_is_owed_survives_a_crash_and_is_paid_once()
    {
        var mail = await Store.AcceptAsync(Alice);
        await FailAsync(mail, 0);
        Store.Restart();
        var owed = Store.Reports.Find(Store.Reports.Ready(10).Single())!;

        await Store.Reports.PayAsync(owed, new ComposedReport("report1", "r1@example.org", "Subject: one\r\n\r\n"u8.ToArray()));
        await Store.Reports.PayAsync(owed, new ComposedReport("report2", "r2@example.org", "Subject: two\r\n\r\n"u8.ToArray()));

        Assert.That((await Store.ClaimDraftsAsync()).Select(claimed => claimed.Id), Is.EqualTo(new[] { "report1" }));
        Assert.That(Store.Reports.Ready(10), Is.Empty);
    }

    [Test]
    public async Task A_report_that_is_refused_is_dropped_and_nobody_told()
    {
        await FailAsync(await Store.AcceptAsync(Alice), 0);
        Stage.Sender.OnRecipient = _ => FakeMailSender.Failed("no such sender");

        await WriteAndSendAsync();

        Assert.That((Store.Database.Count("notice"), Store.Database.Count("owed_report"), Store.Database.Count("recipient", "direction = 1")), Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public async Task A_report_is_tried_for_a_day()
    {
        await FailAsync(await Store.AcceptAsync(Alice), 0);
        Stage.Sender.OnRecipient = _ => FakeMailSender.Deferred("busy");
        await WriteAndSendAsync();
        for (var hour = 0; hour < 23; hour++)
        {
            Stage.Time.Advance(TimeSpan.FromHours(1));
            await Stage.WorkAsync();
        }

        Assert.That((await Store.Queue.ListAsync(new QueueFilter(MailDirection.ChatToMail), default)).Single().From, Is.Empty);
        Stage.Time.Advance(TimeSpan.FromHours(1));
        await Stage.WorkAsync();

        Assert.That(await Store.Queue.ListAsync(new QueueFilter(MailDirection.ChatToMail), default), Is.Empty);
        Assert.That(await Store.Spool.FindDelayedAsync(Stage.Time.GetUtcNow(), 10), Is.Empty, "no user wrote it");
    }

    [TestCase(null, 1)]
    [TestCase(DsnNotify.Delay, 1)]
    [TestCase(DsnNotify.Failure, 0)]
    public async Task Of_a_long_delay_the_sender_is_told_once(DsnNotify? notify, int times)
    {
        var mail = await AcceptAsync(new EnvelopeRecipient(EmailAddress.Parse(Alice), notify));
        await Store.ReleaseAsync(mail);
        Stage.Time.Advance(SenderReports.TellDelayAfter);

        for (var look = 0; look < 3; look++)
        {
            await Store.Reports.OweDelaysAsync(Stage.Time.GetUtcNow() - SenderReports.TellDelayAfter, 10);
            await WriteAndSendAsync();
        }

        Assert.That(Stage.Sender.Mails.Select(sent => sent.Text), Has.Exactly(times).Contains("Action: delayed"));
        Assert.That(Store.Database.Count("body"), Is.EqualTo(1), "the mail still waits");
    }

    [Test]
    public async Task What_is_not_late_yet_owes_nothing()
    {
        await Store.ReleaseAsync(await Store.AcceptAsync(Alice));
        Stage.Time.Advance(SenderReports.TellDelayAfter - TimeSpan.FromSeconds(1));

        await Store.Reports.OweDelaysAsync(Stage.Time.GetUtcNow() - SenderReports.TellDelayAfter, 10);

        Assert.That(Store.Database.Count("owed_report"), Is.Zero);
    }

    [Test]
    public async Task A_mail_that_an_operator_drops_is_reported()
    {
        var mail = await Store.AcceptAsync(Alice, Carol);
        await Store.ReleaseAsync(mail);
        await Store.Queue.DropAsync(mail.Id, default);

        await WriteAndSendAsync();

        Assert.That(Stage.Sender.Mails.Single().Text, Does.Contain("Diagnostic-Code: smtp; 550 5.3.0 The administrator").And.Contains("Subject: Plan"));
        Assert.That(Store.Database.Count("mail"), Is.Zero);
    }

    [Test]
    public async Task A_report_for_an_address_beyond_ascii_is_in_utf8()
    {
        var bob = EmailAddress.Parse("böb@mail.test");
        var envelope = new Envelope(bob, [new EnvelopeRecipient(EmailAddress.Parse("älice@example.org"))]) { SmtpUtf8 = true };
        await FailAsync(await Store.AcceptAsync("mail1", "m1@mail.test", TestContent.Mail(), envelope), 0);

        await WriteAndSendAsync();

        Assert.That(Stage.Sender.Mails.Single().Text, Does.Contain("To: böb@mail.test")
            .And.Contains("message/global-delivery-status").And.Contains("Final-Recipient: utf-8; älice@example.org"));
    }

    private Task<AcceptedMail> AcceptAsync(params EnvelopeRecipient[] recipients) =>
        Store.AcceptAsync("mail1", "m1@mail.test", TestContent.Mail(), new Envelope(SpoolStage.Bob, recipients));

    private Task FailAsync(AcceptedMail mail, params int[] targets) => Store.Spool.SettleAsync(
        mail.Id, [.. targets.Select(target => new Settlement.Failed(mail.Targets[target].RecipientId, Stage.Time.GetUtcNow().AddDays(7), No))], []);
}
