using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Storage;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.XmppToMail;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MessageReceiverTests : IDisposable
{
    private readonly SenderStage stage = new(limits: new SendingLimits { MessagesPerHour = 60, Burst = 2 });

    public void Dispose() => stage.Dispose();

    [Test]
    public async Task A_message_is_a_draft_on_the_disk_and_not_answered()
    {
        await stage.SayAsync(SenderStage.Message("Hi Bob", "c1", more: new ReceiptRequest()));

        Assert.That(stage.Link.Sent, Is.Empty);
        var item = (await stage.Store.Queue.ListAsync(QueueFilter.All, default)).Single();
        Assert.That((item.From, item.To.Single()), Is.EqualTo(("alice@example.org", "bob@mail.test")));
        var line = stage.Spool.ReadDraft(item.Id).Single();
        Assert.That((line.Body, line.StanzaId, line.WantsReceipt, line.Sender), Is.EqualTo(("Hi Bob", "c1", true, Jid.Parse("alice@example.org/phone"))));
    }

    [Test]
    public async Task A_draft_waits_as_long_as_it_is_held()
    {
        using var holding = new SenderStage(holdFor: TimeSpan.FromSeconds(10));
        await holding.SayAsync(SenderStage.Message());

        Assert.That(await holding.WorkAsync(), Is.Zero);
        holding.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(await holding.WorkAsync(), Is.EqualTo(1));
    }

    [TestCase("bob%mail.test@smtp.example", "eve@evil.example/x", "forbidden")]
    [TestCase("carol%example.org@smtp.example", "alice@example.org/x", "redirect")]
    [TestCase("no-address@smtp.example", "alice@example.org/x", "jid-malformed")]
    [TestCase("smtp.example", "alice@example.org/x", "not-acceptable")]
    public async Task What_cannot_be_mailed_is_answered_with_an_error(string to, string from, string condition)
    {
        await stage.SayAsync(SenderStage.Message(to: to, from: from));

        var error = stage.Link.Sent.Single();
        Assert.That((error.Type, error.Id, error.From, error.To), Is.EqualTo(("error", "c1", Jid.Parse(to), Jid.Parse(from))));
        Assert.That(error.Payload<StanzaError>()!.Condition, Is.EqualTo(condition));
        Assert.That(stage.Store.Database.Count("mail"), Is.Zero);
    }

    /// <summary>RFC 6120 §8.1.3: a message need not have an id.</summary>
    [TestCase(0)]
    [TestCase(150_000)]
    public async Task A_message_without_an_id_that_can_be_sent_back_is_answered_all_the_same(int length)
    {
        await stage.SayAsync(SenderStage.Message(id: new string('x', length), to: "no-address@smtp.example"));

        var error = stage.Link.Sent.Single();
        Assert.That((error.Type, error.Payload<StanzaError>()!.Condition), Is.EqualTo(("error", "jid-malformed")));
        Assert.That(error.Id.Length, Is.InRange(1, Stanza.MaxId));
    }

    [Test]
    public async Task Chat_states_and_the_like_are_silence_even_towards_a_bad_address()
    {
        await stage.SayAsync(Stanza.Message(Jid.Parse("alice@example.org/x"), Jid.Parse("no-address@smtp.example"), "c1", "chat"));

        Assert.That((stage.Link.Sent.Count, stage.Store.Database.Count("mail")), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Too_fast_is_refused_with_the_time_to_try_again()
    {
        for (var i = 0; i < 3; i++)
            await stage.SayAsync(SenderStage.Message(id: $"c{i}"));

        var error = stage.Link.Sent.Single();
        Assert.That((error.Id, error.Payload<StanzaError>()!.Condition), Is.EqualTo(("c2", "resource-constraint")));
        Assert.That(error.Payload<StanzaError>()!.Text, Does.EndWith("Try again in 60 seconds."));
        stage.Time.Advance(TimeSpan.FromMinutes(1));
        await stage.SayAsync(SenderStage.Message(id: "c4"));
        Assert.That((stage.Link.Sent.Count, stage.Store.Database.Count("mail")), Is.EqualTo((1, 3)));
    }

    [Test]
    public async Task A_full_disk_is_an_error_and_nothing_half_stored()
    {
        await stage.Store.Database.FillAsync();
        await stage.Receiver.ReceiveAsync(SenderStage.Message(new string('x', 100_000)), CancellationToken.None);
        await stage.Link.Reached(1);

        var error = stage.Link.Sent.Single().Payload<StanzaError>()!;
        Assert.That((error.Type, error.Condition), Is.EqualTo((StanzaErrorType.Wait, "resource-constraint")));
        await stage.Store.Database.MakeRoomAsync();
        foreach (var table in new[] { "mail", "recipient", "draft_line", "contact" })
            Assert.That(stage.Store.Database.Count(table), Is.Zero, table);
    }

    [Test]
    public async Task Messages_are_committed_in_the_order_of_the_stream()
    {
        using var fast = new SenderStage(limits: new SendingLimits { MessagesPerHour = 0 });
        for (var i = 0; i < 200; i++)
            await fast.Receiver.ReceiveAsync(SenderStage.Message($"{i}", $"c{i}"), CancellationToken.None);
        await fast.Store.Database.Current.Writer.WriteAsync(_ => { });

        var ids = fast.Store.Database.Current.Read(session => session.Query("SELECT stanza_id FROM draft_line ORDER BY rowid", row => row.GetString(0)));
        Assert.That(ids, Is.EqualTo(Enumerable.Range(0, 200).Select(i => $"c{i}")));
    }

    [Test]
    public async Task The_spelling_that_the_correspondent_uses_is_the_one_that_is_sent()
    {
        await stage.Store.Database.Current.Writer.WriteAsync(session =>
            SqlContacts.Heard(session, "alice@example.org", EmailAddress.Parse("Bob.McCoy@mail.test"), "Bob", 1));

        await stage.SayAsync(SenderStage.Message(to: "bob.mccoy%mail.test@smtp.example"));

        Assert.That((await stage.Store.ClaimDraftsAsync()).Single().Recipients[0].Address.Local, Is.EqualTo("Bob.McCoy"));
    }

    [TestCase("bob%mail.test@smtp.example", ContactForm.Percent)]
    [TestCase("bob\\40mail.test@smtp.example", ContactForm.Escaped)]
    public async Task The_form_that_the_user_wrote_is_remembered(string to, ContactForm form)
    {
        await stage.SayAsync(SenderStage.Message(to: to));

        var contact = new SqlContacts(stage.Store.Database.Current).Find(Jid.Parse("alice@example.org"), EmailAddress.Parse("bob@mail.test"))!;
        Assert.That((contact.Form, contact.Written), Is.EqualTo((form, true)));
        await stage.WorkAsync();
        Assert.That(stage.Sender.Mails.Single().Mail.Recipients.Single(), Is.EqualTo(EmailAddress.Parse("bob@mail.test")));
    }
}
