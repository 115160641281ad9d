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

    private Task ExchangeAsync(bool own) => stage.Store.Database.Current.Writer.WriteAsync(session => SqlCorrespondence.Insert(
        session,
        new Correspondence(SpoolStage.Alice, "s1", "mail0", "a@example.org", SpoolStage.Bob, "t1", "Plan", [], own, stage.Time.GetUtcNow())));
}
