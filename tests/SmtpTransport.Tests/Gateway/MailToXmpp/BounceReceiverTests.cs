using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Tests.Support;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BounceReceiverTests : IDisposable
{
    private readonly ReceiverStage stage = new();

    public void Dispose() => stage.Dispose();

    [Test]
    public async Task A_bounce_is_an_error_on_the_very_message_with_the_remote_words()
    {
        var path = await stage.SentAsync("c7");

        var reply = (await stage.ReturnAsync(Report(), path)).Reply;

        Assert.That(reply.Code, Is.EqualTo(250));
        var error = stage.Told().Single();
        Assert.That((error.Type, error.Id, error.From, error.To), Is.EqualTo(
            ("error", "c7", Jid.Parse("bob%mail.test@smtp.example"), Jid.Parse("alice@example.org/phone"))));
        Assert.That(error.Payload<StanzaError>(), Is.EqualTo(new StanzaError(
            StanzaErrorType.Cancel, "item-not-found", "The mail came back: 550 5.1.1 No such user (mx.far.test)")));
        Assert.That(stage.Link.Sent.Where(stanza => stanza.Body is not null), Is.Empty);
    }

    [Test]
    public async Task A_bounce_after_a_receipt_says_so()
    {
        await stage.ReturnAsync(Report(), await stage.SentAsync(wantsReceipt: true));
        Assert.That(stage.Told().Single().Payload<StanzaError>()!.Text, Does.StartWith("In spite of the receipt"));
    }

    [Test]
    public async Task When_the_sending_client_is_gone_a_message_replies_to_the_original()
    {
        stage.Link.OnQuery = iq => iq.Error(new StanzaError(StanzaErrorType.Cancel, "service-unavailable"));
        await stage.ReturnAsync(Report(), await stage.SentAsync("c7"));

        var told = stage.Told();
        Assert.That(told.Select(stanza => stanza.Type), Is.EqualTo(new[] { "error", "chat" }));
        Assert.That(told[1].To, Is.EqualTo(Jid.Parse("alice@example.org")));
        Assert.That(told[1].Body, Does.StartWith("Not delivered to bob@mail.test: The mail came back: 550 5.1.1 No such user"));
        Assert.That(told[1].Payload<Reply>()!.Id, Is.EqualTo("c7"));
    }

    [Test]
    public async Task Of_several_recipients_the_error_names_the_one_that_failed()
    {
        await stage.ReturnAsync(Report(), await stage.SentAsync("c7", to: ["carol@mail.test", "bob@mail.test"]));
        Assert.That(stage.Told().Single().Payload<StanzaError>()!.Text, Is.EqualTo("The mail came back: To bob@mail.test: 550 5.1.1 No such user (mx.far.test)"));
    }

    [TestCase("forwarded@far.test", "To forwarded@far.test: ")]
    [TestCase("nobody", "To one of its recipients: ")]
    public async Task A_bounce_that_names_none_of_several_recipients_is_told_all_the_same_and_once(string named, string told)
    {
        var path = await stage.SentAsync("c7", to: ["carol@mail.test", "bob@mail.test"]);
        await stage.ReturnAsync(Report(of: named), path);
        await stage.ReturnAsync(Report(of: "another@far.test"), path);

        var error = stage.Told().Single();
        Assert.That((error.Id, error.Payload<StanzaError>()!.Text), Is.EqualTo(("c7", $"The mail came back: {told}550 5.1.1 No such user (mx.far.test)")));
        await stage.ReturnAsync(Report(), path);
        Assert.That(stage.Told(), Has.Count.EqualTo(2), "Bob's is another matter");
    }

    [Test]
    public async Task One_result_for_a_recipient_however_many_bounces_come()
    {
        var path = await stage.SentAsync();
        await stage.ReturnAsync(Report(action: "delayed", status: "4.4.1"), path);
        await stage.ReturnAsync(Report(action: "delayed", status: "4.4.1"), path);
        Assert.That((await stage.ReturnAsync(Report(), path)).Reply.Code, Is.EqualTo(250));
        Assert.That((await stage.ReturnAsync(Report(), path)).Reply.Code, Is.EqualTo(250));
        await stage.ReturnAsync(Report(action: "delayed", status: "4.4.1"), path);

        var told = stage.Told();
        Assert.That(told.Select(stanza => stanza.Type), Is.EqualTo(new[] { "chat", "error" }));
        Assert.That(told[0].Body, Does.StartWith("Not delivered to bob@mail.test yet; a mail server on the way keeps trying."));
    }

    [TestCase("relayed")]
    [TestCase("delivered")]
    [TestCase("expanded")]
    public async Task A_report_of_success_is_taken_silently(string action)
    {
        Assert.That((await stage.ReturnAsync(Report(action, "2.0.0"), await stage.SentAsync())).Reply.Code, Is.EqualTo(250));
        Assert.That(stage.Told(), Is.Empty);
        Assert.That(stage.Link.Sent, Is.Empty);
    }

    [Test]
    public async Task A_bounce_finds_its_message_weeks_later_after_a_restart()
    {
        var path = await stage.SentAsync("c7");
        stage.Time.Advance(TimeSpan.FromDays(29));
        await stage.Store.SweepAsync();
        Assert.That(stage.Store.Database.Count("mail"), Is.Zero, "the spool has let go of it");

        await stage.ReturnAsync(Report(), path);

        Assert.That(stage.Told()[0].Id, Is.EqualTo("c7"));
    }

    [Test]
    public async Task After_that_nothing_is_left_of_it()
    {
        var path = await stage.SentAsync();
        stage.Time.Advance(TimeSpan.FromDays(36));
        await stage.Store.SweepAsync();

        Assert.That((await stage.RcptAsync(path.ToString(), sender: null)).Code, Is.EqualTo(250), "a plus address of b");
        Assert.That((await stage.ReturnAsync(Report(), path)).Reply.Enhanced, Is.EqualTo("5.7.1"));
        Assert.That((stage.Store.Database.Count("sent_line"), stage.Store.Database.Count("sent_recipient")), Is.EqualTo((0, 0)));
    }

    [TestCase("alice@example.org")]
    [TestCase("b+0123456789abcdefghjkmnpqrstvwxyz0123456@example.org")]
    public async Task A_report_to_a_path_that_we_never_signed_is_refused(string forged)
    {
        await stage.SentAsync();
        var reply = (await stage.ReturnAsync(Report(), EmailAddress.Parse(forged))).Reply;
        Assert.That((reply.Code, reply.Enhanced), Is.EqualTo((550, "5.7.1")));
        Assert.That(stage.Told(), Is.Empty);
        Assert.That(stage.Link.Sent, Is.Empty);
    }

    [Test]
    public async Task A_report_to_both_kinds_is_taken_for_the_one_that_we_signed()
    {
        var verdict = await stage.ReturnAsync(Report(), await stage.SentAsync(), EmailAddress.Parse("alice@example.org"));
        Assert.That(verdict.PerRecipient.Select(reply => reply.Code), Is.EqualTo(new[] { 250, 550 }));
        Assert.That(stage.Told(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_return_path_is_accepted_in_capitals_and_where_its_user_would_not_be()
    {
        var path = stage.ReturnPaths.For(await OutsidersMailAsync(), stage.Time.GetUtcNow(), "smtp.example");
        Assert.That((await stage.RcptAsync(path.ToString().ToUpperInvariant(), sender: null)).Code, Is.EqualTo(250));
        Assert.That((await stage.RcptAsync((path with { Local = "b+x" }).ToString(), sender: null)).Enhanced, Is.EqualTo("5.1.1"), "of no user b");
    }

    [TestCase(null)]
    [TestCase("robot@mail.test")]
    public async Task What_a_machine_answers_to_a_return_path_is_shown_to_the_user(string? sender)
    {
        var path = await stage.SentAsync();
        var answer = TestContent.Mail(from: "robot@mail.test", subject: "Away", more: "Auto-Submitted: auto-replied\n");

        var verdict = await stage.ReceiveAsync(new Envelope(sender is null ? null : EmailAddress.Parse(sender), [new EnvelopeRecipient(path)]), answer);

        Assert.That(verdict.Reply.Code, Is.EqualTo(250));
        Assert.That(stage.Shown.Single(), Does.StartWith("alice@example.org: Away"));
    }

    [Test]
    public async Task A_disposition_notification_with_a_null_sender_is_no_bounce()
    {
        var notification = TestContent.Of(
            "From: bob@mail.test\nTo: alice@example.org\nSubject: Read: Plan\nMIME-Version: 1.0\n"
            + "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\nContent-Type: text/plain\n\nBob has read it\n"
            + "--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; bob@mail.test\nDisposition: manual-action/MDN-sent-manually; displayed\n--b--\n");
        Assert.That((await stage.ReturnAsync(notification, EmailAddress.Parse("alice@example.org"))).Reply.Code, Is.EqualTo(250));
        Assert.That(stage.Shown.Single(), Does.Contain("Bob has read it"));
    }

    [Test]
    public async Task What_failed_in_the_session_already_is_not_told_again()
    {
        var id = await stage.Store.DraftAsync();
        var draft = (await stage.Store.ClaimDraftsAsync()).Single();
        await stage.Spool.StoreComposedAsync(id, TestContent.Of("From: alice@example.org\r\n\r\nHello\r\n"u8.ToArray()), "m@example.org", []);
        await stage.Spool.SettleAsync(id, [new SmtpTransport.Gateway.Spool.Settlement.Told(draft.Recipients[0].Id)], []);

        await stage.ReturnAsync(Report(), stage.ReturnPaths.For(id, stage.Time.GetUtcNow(), "example.org"));

        Assert.That(stage.Told(), Is.Empty);
    }

    private static MessageContent Report(string action = "failed", string status = "5.1.1", string of = "bob@mail.test") => TestContent.Of(
        "From: mailer-daemon@mail.test\nTo: alice@example.org\nMIME-Version: 1.0\n"
        + "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nSorry.\n"
        + "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.mail.test\n\n"
        + $"Final-Recipient: rfc822; {of}\nAction: {action}\nStatus: {status}\n"
        + (action == "failed" ? "Remote-MTA: dns; mx.far.test\nDiagnostic-Code: smtp; 550 5.1.1 No such\n user\n" : "") + "--b--\n");

    private async Task<string> OutsidersMailAsync()
    {
        await stage.SentAsync();
        return "draft1";
    }
}
