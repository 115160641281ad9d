using System.Xml.Linq;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.XmppToMail;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HoldWindowTests : IDisposable
{
    private readonly SenderStage stage = new(holdFor: TimeSpan.FromSeconds(10), limits: new SendingLimits { MessagesPerHour = 0 });

    public void Dispose() => stage.Dispose();

    [Test]
    public async Task Lines_sent_shortly_after_each_other_are_one_mail_and_each_gets_its_receipt()
    {
        await stage.SayAsync(SenderStage.Message("Hi Bob", "c1", more: new ReceiptRequest()));
        await AfterAsync(9, SenderStage.Message("one more thing", "c2"));
        await AfterAsync(9, SenderStage.Message("and another", "c3", from: "alice@example.org/laptop", more: new ReceiptRequest()));
        Assert.That(await AfterAsync(9), Is.Zero, "each line starts the quiet period anew");
        Assert.That(await AfterAsync(1), Is.EqualTo(1));

        Assert.That(Text(), Does.EndWith("\r\n\r\nHi Bob\r\n\r\none more thing\r\n\r\nand another\r\n"));
        Assert.That(stage.Told().Select(told => (told.Payload<DeliveryReceipt>()!.MessageId, told.To.Resource)), Is.EquivalentTo(new[] { ("c1", "phone"), ("c3", "laptop") }));
    }

    [Test]
    public async Task An_error_comes_for_each_line()
    {
        stage.Sender.OnRecipient = _ => FakeMailSender.Failed("No Bob lives here");
        await stage.SayAsync(SenderStage.Message("Hi", "c1"));
        await stage.SayAsync(SenderStage.Message("Bob", "c2"));
        await AfterAsync(10);

        Assert.That(stage.Told().Select(told => (told.Type, told.Id)), Is.EqualTo(new[] { ("error", "c1"), ("error", "c2") }));
    }

    [Test]
    public async Task The_first_line_waits_five_minutes_at_most()
    {
        await stage.SayAsync(SenderStage.Message("0", "c0"));
        for (var i = 1; i < 34; i++)
            await AfterAsync(9, SenderStage.Message($"{i}", $"c{i}"));
        Assert.That(await AfterAsync(3), Is.EqualTo(1), "297 seconds and 3");

        await stage.SayAsync(SenderStage.Message("later", "c99"));
        Assert.That(await AfterAsync(10), Is.EqualTo(1));
        Assert.That(Text(), Does.EndWith("\r\n\r\nlater\r\n"));
    }

    [TestCase("carol%mail.test@smtp.example", "alice@example.org/phone", null, null)]
    [TestCase("bob%mail.test@smtp.example", "dave@example.org/phone", null, null)]
    [TestCase("bob%mail.test@smtp.example", "alice@example.org/phone", "t2", null)]
    [TestCase("bob%mail.test@smtp.example", "alice@example.org/phone", "t1", "Another matter")]
    public async Task Other_people_threads_and_subjects_are_other_mails(string to, string from, string? thread, string? subject)
    {
        await stage.SayAsync(SenderStage.Message("one", "c1", more: [new MessageThread("t1"), new Subject("Plan")]));
        await stage.SayAsync(SenderStage.Message("two", "c2", to, from, thread is null ? null : new MessageThread(thread), subject is null ? null : new Subject(subject)));

        Assert.That(await AfterAsync(10), Is.EqualTo(2));
    }

    [Test]
    public async Task A_correction_edits_the_held_line_and_results_carry_the_first_id()
    {
        await stage.SayAsync(SenderStage.Message("See you Thursday", "c1", more: new ReceiptRequest()));
        await stage.SayAsync(SenderStage.Message("at noon", "c2"));
        await AfterAsync(9, SenderStage.Message("See you Friday", "c3", more: [new Correction("c1"), new ReceiptRequest()]));
        Assert.That(await AfterAsync(9), Is.Zero);
        await AfterAsync(1);

        Assert.That(Text(), Does.EndWith("\r\n\r\nSee you Friday\r\n\r\nat noon\r\n").And.Not.Contain("Thursday"));
        Assert.That(stage.Told().Single().Payload<DeliveryReceipt>()!.MessageId, Is.EqualTo("c1"));
    }

    [Test]
    public async Task A_correction_may_name_the_last_one_where_it_should_name_the_first_version()
    {
        await stage.SayAsync(SenderStage.Message("See you Thursday", "c1", more: new ReceiptRequest()));
        await stage.SayAsync(SenderStage.Message("See you Friday", "c2", more: new Correction("c1")));
        await stage.SayAsync(SenderStage.Message("See you Saturday", "c3", more: new Correction("c2")));
        stage.Restart();
        await stage.SayAsync(SenderStage.Message("See you Sunday", "c4", more: new Correction("c3")));
        await AfterAsync(10);

        Assert.That(Text(), Does.EndWith("\r\n\r\nSee you Sunday\r\n").And.Not.Contain("Thursday").And.Not.Contain("Friday").And.Not.Contain("Saturday"));
        Assert.That(stage.Told().Single().Payload<DeliveryReceipt>()!.MessageId, Is.EqualTo("c1"));
    }

    [Test]
    public async Task A_retraction_as_clients_had_it_until_2023_cancels_the_mail_too()
    {
        await stage.SayAsync(SenderStage.Message("Never mind", "c1"));
        await stage.SayAsync(Stanza.Parse(XElement.Parse("""
            <message xmlns='jabber:client' type='chat' id='r1' from='alice@example.org/phone' to='bob%mail.test@smtp.example'>
              <body>This person attempted to retract a previous message, but your client does not support it.</body><fallback xmlns='urn:xmpp:fallback:0'/>
              <apply-to xmlns='urn:xmpp:fasten:0' id='c1'><retract xmlns='urn:xmpp:message-retract:0'/></apply-to><store xmlns='urn:xmpp:hints'/>
            </message>
            """))!);

        Assert.That(await AfterAsync(10), Is.Zero);
        Assert.That(stage.Told().Single().Body, Does.Contain("not sent"));
    }

    [Test]
    public async Task A_retraction_that_names_nothing_takes_nothing_back()
    {
        await stage.SayAsync(SenderStage.Message("Hello", ""));
        await stage.SayAsync(Stanza.Parse(XElement.Parse(
            "<message xmlns='jabber:client' type='chat' id='r1' from='alice@example.org/phone' to='bob%mail.test@smtp.example'><retract xmlns='urn:xmpp:message-retract:1'/></message>"))!);

        Assert.That((await stage.AnsweredAsync()).Payload<StanzaError>()!.Condition, Is.EqualTo("not-allowed"));
        Assert.That(await AfterAsync(10), Is.EqualTo(1));
    }

    [Test]
    public async Task A_line_that_names_no_thread_joins_the_one_that_does()
    {
        await stage.SayAsync(SenderStage.Message("one", "c1", more: new MessageThread("t1")));
        await stage.SayAsync(SenderStage.Message("two", "c2"));
        await stage.SayAsync(SenderStage.Message("three", "c3", more: new MessageThread("t1")));

        Assert.That(await AfterAsync(10), Is.EqualTo(1));
        Assert.That(Text(), Does.EndWith("\r\n\r\none\r\n\r\ntwo\r\n\r\nthree\r\n"));
    }

    [Test]
    public async Task A_contact_is_the_same_however_its_jid_is_spelled()
    {
        await stage.SayAsync(SenderStage.Message("See you Thursday", "c1", "bob\\40mail.test@smtp.example"));
        await stage.SayAsync(SenderStage.Message("at noon", "c2", "bob%mail.test@smtp.example"));
        await stage.SayAsync(SenderStage.Message("See you Friday", "c3", "bob%mail.test@smtp.example", more: new Correction("c1")));
        await stage.SayAsync(Retract("c2", to: "bob\\40mail.test@smtp.example"));
        await AfterAsync(10);

        Assert.That(Text(), Does.EndWith("\r\n\r\nSee you Friday\r\n").And.Not.Contain("Thursday"));
    }

    [Test]
    public async Task A_correction_of_what_has_left_is_a_short_mail_that_answers_it()
    {
        await stage.SayAsync(SenderStage.Message("See you Thursday", "c1"));
        await AfterAsync(10);
        var first = stage.Store.Correspondence.ByStanza(Jid.Parse("alice@example.org"), "c1")!;
        await stage.SayAsync(SenderStage.Message("See you Friday", "c2", more: new Correction("c1")));
        await stage.SayAsync(SenderStage.Message("See you Saturday", "c3", more: [new Correction("c1"), new ReceiptRequest()]));
        Assert.That(await AfterAsync(10), Is.EqualTo(1));

        Assert.That(Text(), Does.EndWith("\r\n\r\nCorrection: See you Saturday\r\n").And.Contain($"In-Reply-To: <{first.MessageId}>"));
        Assert.That(stage.Told().Single().Payload<DeliveryReceipt>()!.MessageId, Is.EqualTo("c1"));
        Assert.That(stage.Store.Correspondence.ByStanza(Jid.Parse("alice@example.org"), "c1")!.MessageId, Is.EqualTo(first.MessageId), "answers to the first mail still find it");
        Assert.That(stage.Store.Correspondence.ByStanza(Jid.Parse("alice@example.org"), "c2"), Is.Not.Null);
    }

    [Test]
    public async Task A_correction_of_what_we_never_took_is_an_ordinary_message()
    {
        await stage.SayAsync(SenderStage.Message("See you Friday", "c2", more: new Correction("c1")));
        await AfterAsync(10);

        Assert.That(Text(), Does.EndWith("\r\n\r\nSee you Friday\r\n"));
    }

    [Test]
    public async Task A_retraction_cancels_the_mail_and_says_so()
    {
        await stage.SayAsync(SenderStage.Message("Never mind", "c1", more: new ReceiptRequest()));
        await stage.SayAsync(Retract("c1"));

        Assert.That(await AfterAsync(10), Is.Zero);
        var told = stage.Told().Single();
        Assert.That((told.Type, told.To, told.Payload<Reply>()!.Id), Is.EqualTo(("chat", Jid.Parse("alice@example.org"), "c1")));
        Assert.That(told.Body, Does.Contain("not sent"));
        Assert.That((stage.Store.Database.Count("mail"), stage.Store.Database.Count("draft_line"), stage.Link.Sent.Count), Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public async Task A_retraction_of_one_line_leaves_the_others()
    {
        await stage.SayAsync(SenderStage.Message("one", "c1"));
        await stage.SayAsync(SenderStage.Message("two", "c2"));
        await stage.SayAsync(Retract("c1"));
        await stage.SayAsync(SenderStage.Message("three", "c3"));
        await AfterAsync(10);

        Assert.That(Text(), Does.EndWith("\r\n\r\ntwo\r\n\r\nthree\r\n"));
    }

    [TestCase("c1", "alice@example.org/phone", "bob%mail.test@smtp.example", true)]
    [TestCase("c1", "dave@example.org/phone", "bob%mail.test@smtp.example", false)]
    [TestCase("c1", "alice@example.org/phone", "carol%mail.test@smtp.example", false)]
    [TestCase("c9", "alice@example.org/phone", "bob%mail.test@smtp.example", false)]
    public async Task What_has_left_or_is_not_ones_own_cannot_be_retracted(string id, string from, string to, bool sent)
    {
        await stage.SayAsync(SenderStage.Message("Hello", "c1"));
        if (sent)
            await AfterAsync(10);
        await stage.SayAsync(Retract(id, from, to));

        var error = await stage.AnsweredAsync();
        Assert.That((error.Id, error.Payload<StanzaError>()!.Condition, error.To), Is.EqualTo(("r1", "not-allowed", Jid.Parse(from))));
        await AfterAsync(10);
        Assert.That(stage.Sender.Mails, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Nothing_changes_in_a_mail_that_a_worker_has_taken()
    {
        await stage.SayAsync(SenderStage.Message("one", "c1"));
        stage.Time.Advance(TimeSpan.FromSeconds(10));
        var claimed = (await stage.Store.ClaimDraftsAsync()).Single();
        await stage.SayAsync(SenderStage.Message("two", "c2"));
        await stage.SayAsync(SenderStage.Message("one!", "c3", more: new Correction("c1")));
        await stage.SayAsync(Retract("c1"));
        await stage.Link.Reached(1);

        Assert.That(stage.Spool.ReadDraft(claimed.Id).Single().Body, Is.EqualTo("one"));
        Assert.That(stage.Link.Sent.Single().Payload<StanzaError>()!.Condition, Is.EqualTo("not-allowed"));
        await stage.Delivery().DeliverAsync(claimed, CancellationToken.None);
        Assert.That(await AfterAsync(10), Is.EqualTo(1));
        Assert.That(Text(), Does.EndWith("\r\n\r\ntwo\r\n"), "the correction was taken back, the second line was not");
    }

    [Test]
    public async Task What_is_held_survives_a_restart()
    {
        await stage.SayAsync(SenderStage.Message("one", "c1"));
        stage.Restart();
        await stage.Spool.RecoverAsync();
        await stage.SayAsync(SenderStage.Message("two", "c2"));
        stage.Restart();
        await stage.SayAsync(SenderStage.Message("One", "c3", more: new Correction("c1")));
        await AfterAsync(10);

        Assert.That(Text(), Does.EndWith("\r\n\r\nOne\r\n\r\ntwo\r\n"));
    }

    private static Stanza Retract(string id, string from = "alice@example.org/phone", string to = "bob%mail.test@smtp.example") =>
        Stanza.Message(Jid.Parse(from), Jid.Parse(to), "r1", "chat", new Body("/me retracted a message"), new Retraction(id));

    private string Text() => stage.Sender.Mails[^1].Text;

    private async Task AfterAsync(int seconds, Stanza message)
    {
        stage.Time.Advance(TimeSpan.FromSeconds(seconds));
        await stage.WorkAsync();
        await stage.SayAsync(message);
    }

    private Task<int> AfterAsync(int seconds)
    {
        stage.Time.Advance(TimeSpan.FromSeconds(seconds));
        return stage.WorkAsync();
    }
}
