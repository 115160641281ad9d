using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Storage;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.XmppToMail;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SeveralRecipientsTests : IDisposable
{
    private readonly SenderStage stage = new();

    public void Dispose() => stage.Dispose();

    [Test]
    public async Task Addresses_make_one_mail_and_nobody_sees_a_blind_copy()
    {
        await stage.SayAsync(ToGateway("Hello all", [
            new ExtendedAddress("to", Jid.Parse("bob%mail.test@smtp.example")),
            new ExtendedAddress("cc", Uri: "mailto:carol@mail.test"),
            new ExtendedAddress("bcc", Jid.Parse("dave%mail.test@smtp.example")),
            new ExtendedAddress("to", Jid.Parse("eve%mail.test@smtp.example"), Delivered: true)]));
        await stage.WorkAsync();

        var (mail, text) = stage.Sender.Mails.Single();
        Assert.That(mail.Recipients.Select(to => to.ToString()), Is.EquivalentTo(new[] { "bob@mail.test", "carol@mail.test", "dave@mail.test" }));
        Assert.That(text, Does.Contain("\r\nTo: bob@mail.test\r\n").And.Contain("\r\nCc: carol@mail.test\r\n").And.Not.Contain("dave").And.Not.Contain("eve"));
        Assert.That(stage.Told().Single().Payload<DeliveryReceipt>()!.MessageId, Is.EqualTo("c1"), "one receipt, when all are in");
    }

    [Test]
    public async Task Who_answers_to_all_need_not_leave_out_oneself()
    {
        await stage.SayAsync(ToGateway("Hello all", [
            new ExtendedAddress("to", Jid.Parse("bob%mail.test@smtp.example")),
            new ExtendedAddress("to", Jid.Parse("alice@example.org")),
            new ExtendedAddress("cc", Jid.Parse("dave%mail.test@smtp.example"))]));
        await stage.WorkAsync();

        Assert.That(stage.Sender.Mails.Single().Mail.Recipients.Select(to => to.ToString()), Is.EquivalentTo(new[] { "bob@mail.test", "dave@mail.test" }));
    }

    [Test]
    public async Task Users_of_ours_have_their_share_in_a_mail_that_leaves_by_whatever_name()
    {
        await stage.SayAsync(ToGateway("Cc: dave@example.org, alice@example.org\n\nHello all", [
            new ExtendedAddress("to", Jid.Parse("bob%mail.test@smtp.example")),
            new ExtendedAddress("to", Jid.Parse("carol@example.org/phone")),
            new ExtendedAddress("cc", Jid.Parse("carol%example.org@smtp.example")),
            new ExtendedAddress("bcc", Jid.Parse("erin@example.org"))]));
        await stage.WorkAsync();

        Assert.That(
            stage.Sender.Mails.SelectMany(each => each.Mail.Recipients).Select(to => to.ToString()),
            Is.EquivalentTo(new[] { "bob@mail.test", "carol@example.org", "dave@example.org", "erin@example.org" }));
        Assert.That(stage.Sender.Mails.Select(each => each.Text), Is.All.Contains("\r\nTo: bob@mail.test, carol@example.org\r\nCc: dave@example.org\r\n").And.All.Not.Contains("erin"));
        Assert.That(stage.Told().Single().Payload<DeliveryReceipt>()!.MessageId, Is.EqualTo("c1"), "one receipt, when all are in");
    }

    [Test]
    public async Task Who_has_a_chat_address_elsewhere_gets_no_mail_and_refuses_the_whole()
    {
        await stage.SayAsync(ToGateway("Hello all", [
            new ExtendedAddress("to", Jid.Parse("bob%mail.test@smtp.example")),
            new ExtendedAddress("cc", Jid.Parse("carol@elsewhere.test"))]));

        var error = stage.Link.Sent.Single().Payload<StanzaError>()!;
        Assert.That((error.Type, error.Condition), Is.EqualTo((StanzaErrorType.Auth, "forbidden")));
        Assert.That(error.Text, Does.Contain("carol@elsewhere.test is a chat address"));
        Assert.That(stage.Store.Database.Count("mail"), Is.Zero);
    }

    [Test]
    public async Task Header_lines_say_the_same_from_any_client()
    {
        await stage.SayAsync(ToGateway("To: bob@mail.test, carol%mail.test@smtp.example\ncc: dave@mail.test\nSubject: Plan\n\nHello all\nTo: is text here"));
        await stage.WorkAsync();

        Assert.That(stage.Sender.Mails.Single().Text, Does.Contain("\r\nTo: bob@mail.test, carol@mail.test\r\n").And.Contain("\r\nCc: dave@mail.test\r\n")
            .And.Contain("\r\nSubject: Plan\r\n").And.EndsWith("\r\n\r\nHello all\r\nTo: is text here\r\n"));
    }

    [TestCase(@"bob\40mail.test@smtp.example", "bob@mail.test")]
    [TestCase("bob%mail.test@smtp.example", "bob@mail.test")]
    [TestCase("Bob Builder <bob@mail.test>", "bob@mail.test")]
    [TestCase("\"Builder, Bob\" <bob@mail.test>, carol@mail.test", "bob@mail.test, carol@mail.test")]
    [TestCase("\"a,b\"@mail.test", "\"a,b\"@mail.test")]
    [TestCase("mailto:bob@mail.test", "bob@mail.test")]
    public async Task Header_lines_take_addresses_as_people_paste_them(string written, string addresses)
    {
        await stage.SayAsync(ToGateway($"To: {written}\nHello"));
        await stage.WorkAsync();

        Assert.That(stage.Sender.Mails.Single().Text, Does.Contain($"\r\nTo: {addresses}\r\n"));
    }

    [Test]
    public async Task A_plain_address_does_not_change_the_form_that_the_user_has_chosen()
    {
        await stage.SayAsync(SenderStage.Message(to: @"bob\40mail.test@smtp.example"));
        await stage.SayAsync(ToGateway("To: bob@mail.test\nHello"));

        Assert.That(new SqlContacts(stage.Store.Database.Current).Find(Jid.Parse("alice@example.org"), EmailAddress.Parse("bob@mail.test"))!.Form, Is.EqualTo(ContactForm.Escaped));
    }

    [Test]
    public async Task A_message_of_nothing_but_header_lines_is_read_once_and_refused()
    {
        await stage.SayAsync(ToGateway(string.Concat(Enumerable.Repeat("To:\n", 40_000)) + "Hello"));

        Assert.That(stage.Link.Sent.Single().Payload<StanzaError>()!.Condition, Is.EqualTo("not-acceptable"));
    }

    [Test]
    public async Task An_address_that_is_shown_in_part_is_cut_between_characters()
    {
        await stage.SayAsync(ToGateway($"To: {new string('x', 99)}\U0001F600{new string('x', 99)}\nHello"));

        Assert.That(stage.Link.Sent.Single().ToXml().ToString(), Does.Contain("is not an e-mail address"));
    }

    [Test]
    public async Task A_domain_that_does_not_answer_keeps_the_others_from_nothing()
    {
        var (silence, others) = (new TaskCompletionSource(), new TaskCompletionSource());
        stage.Sender.OnMail = mail =>
        {
            if (mail.Recipients[0].Domain == "dead.test")
                return silence.Task;
            others.SetResult();
            return Task.CompletedTask;
        };
        await stage.SayAsync(ToGateway("To: bob@dead.test, carol@mail.test\n\nHello"));

        var working = stage.WorkAsync();
        await others.Task.WaitAsync(FakeConnection.Patience);
        Assert.That(working.IsCompleted, Is.False);
        silence.SetResult();
        await working;

        Assert.That(stage.Told().Single().Payload<DeliveryReceipt>(), Is.Not.Null, "one receipt, when all are in");
    }

    [Test]
    public async Task Only_blind_copies_name_nobody()
    {
        await stage.SayAsync(ToGateway("Bcc: bob@mail.test\nHello"));
        await stage.WorkAsync();

        Assert.That(stage.Sender.Mails.Single().Text, Does.Contain("To: undisclosed-recipients:").And.Not.Contain("bob"));
    }

    [TestCase("To: bob@mail.test, nobody\nHello", "jid-malformed")]
    [TestCase("To: bob@mail.test,\nHello", "jid-malformed")]
    [TestCase("To: carol@example.org\nHello", "redirect")]
    [TestCase("To: carol@example.org\nCc: dave@example.org\nHello", "redirect")]
    [TestCase("To: bob@[192.0.2.1]\nHello", "jid-malformed")]
    [TestCase("Subject: Plan\nHello", "not-acceptable")]
    [TestCase("Hello", "not-acceptable")]
    [TestCase("To: a@mail.test,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\nHello", "not-acceptable")]
    public async Task A_fault_refuses_the_whole(string body, string condition)
    {
        await stage.SayAsync(ToGateway(body));

        Assert.That(stage.Link.Sent.Single().Payload<StanzaError>()!.Condition, Is.EqualTo(condition));
        Assert.That(stage.Store.Database.Count("mail"), Is.Zero);
    }

    [Test]
    public async Task A_message_to_a_contact_may_begin_with_its_subject_alone()
    {
        await stage.SayAsync(SenderStage.Message("Subject: Plan\nTo: is text\nHello"));
        await stage.WorkAsync();

        Assert.That(stage.Sender.Mails.Single().Text, Does.Contain("\r\nSubject: Plan\r\n").And.EndsWith("\r\n\r\nTo: is text\r\nHello\r\n"));
    }

    [Test]
    public async Task No_receipt_when_one_recipient_failed_in_an_earlier_attempt()
    {
        stage.Sender.OnRecipient = to => to.Local == "bob" ? FakeMailSender.Failed("No Bob lives here") : FakeMailSender.Deferred("busy");
        await stage.SayAsync(ToGateway("To: bob@mail.test, carol@other.test\nHello"));
        await stage.WorkAsync();
        stage.Sender.OnRecipient = _ => FakeMailSender.Delivered;
        stage.Time.Advance(TimeSpan.FromMinutes(2));
        await stage.WorkAsync();

        var told = stage.Told().Single();
        Assert.That((told.Type, told.Id, told.Payload<StanzaError>()!.Condition), Is.EqualTo(("error", "c1", "item-not-found")));
        Assert.That(told.Payload<StanzaError>()!.Text, Does.StartWith("To bob@mail.test: "));
        Assert.That(stage.Store.Database.Count("mail"), Is.Zero);
    }

    [Test]
    public async Task A_receipt_when_all_are_in_though_at_different_times()
    {
        stage.Sender.OnRecipient = to => to.Local == "bob" ? FakeMailSender.Delivered : FakeMailSender.Deferred("busy");
        await stage.SayAsync(ToGateway("To: bob@mail.test, carol@other.test\nHello"));
        await stage.WorkAsync();
        Assert.That(stage.Told(), Is.Empty);
        stage.Sender.OnRecipient = _ => FakeMailSender.Delivered;
        stage.Time.Advance(TimeSpan.FromMinutes(2));
        await stage.WorkAsync();

        Assert.That(stage.Told().Single().Payload<DeliveryReceipt>()!.MessageId, Is.EqualTo("c1"));
    }

    private static Stanza ToGateway(string body, IReadOnlyList<ExtendedAddress>? addresses = null) =>
        SenderStage.Message(body, to: "smtp.example", more: [new ReceiptRequest(), addresses is null ? null : new ExtendedAddresses(addresses)]);
}
