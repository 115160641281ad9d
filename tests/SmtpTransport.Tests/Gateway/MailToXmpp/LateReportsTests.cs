using Microsoft.Extensions.Logging.Abstractions;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Storage;
using SmtpTransport.Mail;
using SmtpTransport.Tests.Gateway.Storage;
using SmtpTransport.Tests.Gateway.XmppToMail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

/// <summary>A refusal that comes after the mail was taken, and what is still known of the mail by then.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LateReportsTests : SenderReportsFixture
{
    [Test]
    public async Task A_refusal_after_the_pong_is_reported()
    {
        var mail = await Store.AcceptAsync(Alice);
        await Store.Spool.SettleAsync(mail.Id, [Store.Taken(mail)], []);

        var refusal = await Store.Spool.RecordLateErrorAsync(new LateError(Jid.Parse(Alice), "s1", "550 5.7.1 blocked", (_, _) => null, Stage.Time.GetUtcNow().AddDays(7)));
        await WriteAndSendAsync();

        Assert.That(refusal!.IsReported, Is.True);
        Assert.That(Stage.Sender.Mails.Single().Text, Does.Contain("Status: 5.7.1"));
    }

    [Test]
    public async Task A_refusal_after_the_octets_have_gone_is_reported_with_what_is_remembered()
    {
        var envelope = new Envelope(SpoolStage.Bob, [new EnvelopeRecipient(EmailAddress.Parse(Alice), null, "rfc822;list@mail.test")]) { EnvelopeId = "QQ314159" };
        var mail = await Store.AcceptAsync("mail1", "m1@mail.test", TestContent.Mail(), envelope);
        await Store.Spool.SettleAsync(mail.Id, [Store.Taken(mail, reportFor: TimeSpan.FromMinutes(10))], []);
        Stage.Time.Advance(TimeSpan.FromSeconds(3));
        await Store.SweepAsync();
        Assert.That((Store.Database.Count("body"), (await Store.Queue.ListAsync(QueueFilter.All, default)).Count), Is.EqualTo((0, 0)));

        // What may pass is final as well: there is nothing left to send.
        var late = new LateError(Jid.Parse(Alice), "s1", "550 5.7.1 blocked", (_, _) => Stage.Time.GetUtcNow(), Stage.Time.GetUtcNow().AddDays(7));
        var refusal = await Store.Spool.RecordLateErrorAsync(late);
        await WriteAndSendAsync();

        Assert.That((refusal!.IsRetried, refusal.IsReported), Is.EqualTo((false, true)));
        Assert.That(Stage.Sender.Mails.Single().Text, Does.Contain("Status: 5.7.1").And.Contains("Original-Envelope-Id: QQ314159")
            .And.Contains("Original-Recipient: rfc822; list@mail.test").And.Contains("text/rfc822-headers").And.Contains("\r\nMessage-ID: <m1@mail.test>\r\n"));
        Assert.That((await Store.Queue.ListAsync(QueueFilter.All, default)).Select(item => item.State), Does.Contain("failed"));
        Assert.That(await Store.Spool.RecordLateErrorAsync(late), Is.Null, "known already");
    }

    [TestCase(60, "Subject: Plan\r\n", Description = "Of what another server has")]
    [TestCase(1, null, Description = "Ours speaks at once")]
    public async Task A_refusal_days_later_returns_the_header_and_no_more(int hours, string? returned)
    {
        var mail = await Store.AcceptAsync("mail1", "m1@mail.test", TestContent.Mail(body: "the secret plan"), Alice);
        await Store.Spool.SettleAsync(mail.Id, [Store.Taken(mail, reportFor: TimeSpan.FromHours(hours))], []);
        Stage.Time.Advance(TimeSpan.FromSeconds(3));
        await Store.SweepAsync();
        Assert.That(Store.Database.Count("body_chunk"), Is.Zero);

        await Store.Spool.RecordLateErrorAsync(new LateError(Jid.Parse(Alice), "s1", "550 5.7.1 blocked", (_, _) => null, Stage.Time.GetUtcNow().AddDays(7)));
        await WriteAndSendAsync();

        var report = Stage.Sender.Mails.Single().Text;
        Assert.That(report, Does.Contain("text/rfc822-headers").And.Contains("\r\nMessage-ID: <m1@mail.test>\r\n").And.Not.Contain("the secret plan"));
        Assert.That(report, returned is null ? Does.Not.Contain("Subject: Plan") : Does.Contain(returned));
    }

    [Test]
    public async Task A_header_without_end_is_returned_up_to_a_limit()
    {
        var mail = await Store.AcceptAsync("mail1", "m1@mail.test", TestContent.Mail(more: string.Concat(Enumerable.Range(0, 2000).Select(i => $"X-Line-{i}: {new string('x', 20)}\n"))), Alice);
        await Store.Spool.SettleAsync(mail.Id, [Store.Taken(mail, reportFor: TimeSpan.FromDays(5))], []);
        Stage.Time.Advance(TimeSpan.FromSeconds(3));
        await Store.SweepAsync();

        await Store.Spool.RecordLateErrorAsync(new LateError(Jid.Parse(Alice), "s1", "550 5.7.1 blocked", (_, _) => null, Stage.Time.GetUtcNow().AddDays(7)));
        await WriteAndSendAsync();

        Assert.That(Stage.Sender.Mails.Single().Text, Has.Length.InRange(15_000, 20_000).And.Contains($"X-Line-1: {new string('x', 20)}\r\n"));
    }
}
