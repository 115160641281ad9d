using SmtpTransport.Gateway.Accounts;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Storage;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Tests.Gateway.Storage;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

/// <summary>What is known around a mail shapes its messages: what its reader has asked for, and what was exchanged before.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MailBackgroundTests : IDisposable
{
    private const string Reaction = "In-Reply-To: <a@example.org>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Disposition: reaction\n";

    private readonly ReceiverStage stage = new();

    public void Dispose() => stage.Dispose();

    [Test]
    public async Task What_a_user_has_asked_for_is_done_for_that_user_alone()
    {
        await stage.Accounts.StoreAsync(SpoolStage.Alice, new AccountPreferences { TrimSignatures = true });

        await stage.ReceiveAsync(TestContent.Mail(body: "Hello\n\n-- \nBob"), "alice@example.org", "carol@example.org");

        Assert.That(stage.Shown, Is.EquivalentTo(new[] { "alice@example.org: Plan\n\nHello", "carol@example.org: Plan\n\nHello\n\n-- \nBob" }));
    }

    [Test]
    public async Task A_read_receipt_marks_the_message_that_it_is_about()
    {
        await ExchangeAsync(own: true);

        await ReceiveFromNobodyAsync(Receipt("bob@mail.test"));

        Assert.That((stage.Link.Sent[0].Payload<Displayed>(), stage.Link.Sent[0].Body), Is.EqualTo((new Displayed("s1"), (string?)null)));
    }

    [Test]
    public async Task A_read_receipt_from_anybody_else_is_text()
    {
        await ExchangeAsync(own: true);

        await ReceiveFromNobodyAsync(Receipt("mallory@other.test"));

        Assert.That(stage.Link.Sent[0].Payload<Displayed>(), Is.Null);
        Assert.That(stage.Link.Sent[0].Body, Does.Contain("It was displayed."));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_reaction_is_shown_on_the_message_whoever_of_the_two_wrote_it(bool own)
    {
        await ExchangeAsync(own);

        await stage.ReceiveAsync(TestContent.Mail(body: "👍", more: Reaction), "alice@example.org");

        var reactions = stage.Link.Sent[0].Payload<Reactions>();
        Assert.That((reactions?.MessageId, reactions?.Emojis.Single()), Is.EqualTo(("s1", "👍")));
    }

    [Test]
    public async Task A_reaction_from_anybody_else_is_said_in_words()
    {
        await ExchangeAsync(own: true);

        await stage.ReceiveAsync(TestContent.Mail("mallory@other.test", body: "👍", more: Reaction), "alice@example.org");

        Assert.That(stage.Link.Sent[0].Payload<Reactions>(), Is.Null);
        Assert.That(stage.Link.Sent[0].Body, Does.EndWith("Reacted with 👍"));
    }

    [Test]
    public async Task A_signal_is_no_part_of_the_conversation()
    {
        await ExchangeAsync(own: true);

        await stage.ReceiveAsync(TestContent.Mail(body: "👍", messageId: "r@mail.test", more: Reaction), "alice@example.org");
        await stage.RecordedAsync();

        Assert.That(stage.Store.Correspondence.ByMessage(SpoolStage.Alice, "r@mail.test"), Is.Null);
        Assert.That(stage.Store.Correspondence.ByMessage(SpoolStage.Alice, "a@example.org"), Is.Not.Null);
    }

    [Test]
    public async Task Recipients_are_named_by_the_jids_that_the_user_knows()
    {
        await stage.ReceiveAsync(TestContent.Mail(more: "Cc: Carol <carol@example.org>, dave@mail.test, x@[192.0.2.1]\n"), "alice@example.org");

        Assert.That(stage.Link.Sent[0].Payload<ExtendedAddresses>()?.All, Is.EqualTo(new[]
        {
            new ExtendedAddress("to", SpoolStage.Alice, Delivered: true),
            new ExtendedAddress("cc", Jid.Parse("carol@example.org"), Description: "Carol", Delivered: true),
            new ExtendedAddress("cc", Jid.Parse("dave%mail.test@smtp.example"), Delivered: true),
            new ExtendedAddress("cc", Uri: "mailto:x@[192.0.2.1]", Delivered: true),
        }));
    }

    [Test]
    public async Task Each_user_has_a_copy_that_shows_no_other_blind_recipient()
    {
        await stage.ReceiveAsync(TestContent.Mail(more: "Bcc: carol@example.org\n"), "alice@example.org", "carol@example.org");

        var alice = stage.Link.Sent.Single(message => message.To.Local == "alice");
        var carol = stage.Link.Sent.Single(message => message.To.Local == "carol");
        Assert.That(alice.ToXml().ToString(), Does.Not.Contain("carol"));
        Assert.That(carol.Payload<ExtendedAddresses>()?.All.Select(address => (address.Type, address.Jid?.Local)), Is.EqualTo(new[] { ("bcc", "carol"), ("to", "alice") }));
    }

    [Test]
    public async Task The_second_recipient_of_a_mail_may_react_and_tell_of_reading_too()
    {
        await ExchangeAsync(own: true, EmailAddress.Parse("carol@mail.test"));

        await stage.ReceiveAsync(TestContent.Mail("carol@mail.test", body: "👍", more: Reaction), "alice@example.org");
        await ReceiveFromNobodyAsync(Receipt("carol@mail.test"));

        Assert.That(stage.Link.Sent[0].Payload<Reactions>()?.MessageId, Is.EqualTo("s1"));
        Assert.That(stage.Link.Sent[1].Payload<Displayed>()?.MessageId, Is.EqualTo("s1"));
    }

    [Test]
    public async Task Who_has_sent_a_reaction_understands_them()
    {
        await stage.Store.DraftAsync();
        await ExchangeAsync(own: true);

        await stage.ReceiveAsync(TestContent.Mail(body: "👍", more: Reaction), "alice@example.org");
        await stage.RecordedAsync();

        Assert.That(new SqlContacts(stage.Store.Database.Current).Find(SpoolStage.Alice, SpoolStage.Bob)?.Reacts, Is.True);
    }

    [TestCase("", false)]
    [TestCase("X-Gateway-Loop: 01abc.0123456789abcdef\n", true)]
    public async Task So_does_who_writes_through_a_gateway_such_as_this(string mark, bool reacts)
    {
        await stage.ReceiveAsync(TestContent.Mail(more: mark), "alice@example.org");
        await stage.RecordedAsync();

        Assert.That(new SqlContacts(stage.Store.Database.Current).Find(SpoolStage.Alice, SpoolStage.Bob)?.Reacts, Is.EqualTo(reacts));
    }

    [TestCase("", "bob%mail.test@smtp.example")]
    [TestCase("Reply-To: dev@list.test\n", "dev%list.test@smtp.example")]
    [TestCase("Reply-To: bob@mail.test, dev@list.test\n", "dev%list.test@smtp.example")]
    [TestCase("Reply-To: bob@mail.test\n", "bob%mail.test@smtp.example")]
    public async Task A_list_that_wants_the_answers_is_the_one_to_talk_to(string replyTo, string contact)
    {
        await ReceiveOverListAsync(replyTo, "dev-bounces@list.test", verified: true);

        var message = stage.Link.Sent[0];
        Assert.That(message.From.ToString(), Is.EqualTo(contact));
        Assert.That(message.Body!.Contains("[From Bob <bob@mail.test>]\n\nHello", StringComparison.Ordinal), Is.EqualTo(contact.StartsWith("dev", StringComparison.Ordinal)));
    }

    [TestCase("dev-bounces@list.test", false)]
    [TestCase("mallory@other.test", true)]
    public async Task Nobody_else_speaks_as_a_list(string sender, bool verified)
    {
        await ReceiveOverListAsync("Reply-To: dev@list.test\n", sender, verified);

        Assert.That(stage.Link.Sent[0].From.ToString(), Is.EqualTo("bob%mail.test@smtp.example"));
        Assert.That(stage.Link.Sent[0].Body, Does.Contain("[Answers go to: dev@list.test]"));
    }

    [TestCase("bob@mail.test", "bob@mail.test", true, true, true)]
    [TestCase("Bob <bob@mail.test>", "bob@mail.test", true, true, true)]
    [TestCase("bob@mail.test", "bob@mail.test", false, true, false)]
    [TestCase("bob@mail.test", "bob@mail.test", true, false, false)]
    [TestCase("victim@mail.test", "bob@mail.test", true, true, false)]
    [TestCase("bob@mail.test, victim@mail.test", "bob@mail.test", true, true, false)]
    [TestCase("bob@mail.test", null, true, true, false)]
    public async Task A_read_receipt_is_owed_with_consent_to_the_true_sender_alone(string asking, string? sender, bool consent, bool mayReport, bool owed)
    {
        await stage.Accounts.StoreAsync(SpoolStage.Alice, new AccountPreferences { GiveReadReceipts = consent });

        await DeliverAsync($"Disposition-Notification-To: {asking}\n", sender, verified: true, mayReport);

        Assert.That(stage.Link.Sent[0].Payload<Markable>() is not null, Is.EqualTo(owed));
        Assert.That(
            new SqlReadReceipts(stage.Store.Database.Current, stage.Time).Owed(SpoolStage.Alice, SpoolStage.Bob, stage.Link.Sent[0].Id, 10).Select(mail => mail.ReceiptTo?.ToString()),
            Is.EqualTo(owed ? new[] { "bob@mail.test" } : []));
    }

    private Task ReceiveOverListAsync(string replyTo, string sender, bool verified) =>
        DeliverAsync("List-Id: Dev <dev.list.test>\nList-Post: <mailto:dev@list.test>\n" + replyTo, sender, verified, mayReport: false);

    /// <summary>A mail of Bob that was checked before.</summary>
    private async Task DeliverAsync(string headers, string? sender, bool verified, bool mayReport)
    {
        stage.Store.Authentication = new MailAuthentication("", verified, AuthorStanding.Unchecked);
        stage.Store.MayReport = mayReport;
        var reversePath = sender is null ? (EmailAddress?)null : EmailAddress.Parse(sender);
        var mail = await stage.Store.AcceptAsync(
            "mail1", "m1@mail.test", TestContent.Mail("Bob <bob@mail.test>", more: headers), new Envelope(reversePath, [new EnvelopeRecipient(EmailAddress.Parse("alice@example.org"))]));
        await stage.Store.ReleaseAsync(mail);
        await stage.WorkAsync();
    }

    private static MessageContent Receipt(string from) => TestContent.Of(
        $"""
        From: {from}
        To: alice@example.org
        Subject: Read: Plan
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=disposition-notification; boundary=m

        --m
        Content-Type: text/plain

        It was displayed.
        --m
        Content-Type: message/disposition-notification

        Final-Recipient: rfc822;bob@mail.test
        Original-Message-ID: <a@example.org>
        Disposition: manual-action/MDN-sent-manually; displayed

        --m--
        """);

    private Task<MailVerdict> ReceiveFromNobodyAsync(MessageContent content) =>
        stage.ReceiveAsync(new Envelope(null, [new EnvelopeRecipient(EmailAddress.Parse("alice@example.org"))]), content);

    /// <summary>One mail between Alice and Bob.</summary>
    [Test]
    public async Task The_second_recipient_of_a_mail_answers_without_saying_the_subject_again()
    {
        await ExchangeAsync(own: true);

        await stage.ReceiveAsync(TestContent.Mail(from: "carol@mail.test", subject: "Re: Plan", more: "In-Reply-To: <a@example.org>\n"), "alice@example.org");

        Assert.That((stage.Link.Sent[0].Subject, stage.Link.Sent[0].Body), Is.EqualTo(("Re: Plan", "Hello")));
    }

    [Test]
    public async Task Whom_a_mail_went_to_is_remembered_for_an_answer_to_all()
    {
        await stage.ReceiveAsync(TestContent.Mail(more: "Cc: Carol <Carol@other.test>\n"), "alice@example.org");

        var mail = stage.Store.Correspondence.ByMessage(SpoolStage.Alice, "m1@mail.test")!;
        var (carol, dora) = (EmailAddress.Parse("carol@other.test"), EmailAddress.Parse("dora@other.test"));
        Assert.That((mail.IsKnownTo(SpoolStage.Bob), mail.IsKnownTo(carol), mail.IsKnownTo(dora)), Is.EqualTo((true, true, false)));
        Assert.That(mail.IsWith(carol), Is.False, "in her conversation nobody has seen it");
    }

    private Task ExchangeAsync(bool own, params EmailAddress[] others) =>
        stage.Store.ExchangedAsync(stage.Store.FromBob("s1") with { MessageId = "a@example.org", Own = own, Others = [.. others.Select(other => other.Key)] });
}
