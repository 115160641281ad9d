using CsCheck;
using MimeKit;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Gateway.Translation;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.Translation;

internal sealed class MailTranslatorTests
{
    private static readonly MailContext Context = MailTranslatorCases.Context;

    private static MimeMessage Mail(string text, string subject = "Plan") =>
        new([new MailboxAddress("Bob", "bob@mail.test")], [], subject, new TextPart("plain") { Text = text });

    private static IReadOnlyList<Stanza> Translate(MimeMessage mail, MailContext context) => MailTranslator.Translate(mail, context).Stanzas;

    [Test]
    public void Any_text_becomes_valid_xml_of_bounded_size() =>
        Gen.Select(Gen.String[0, 2000], Gen.String[0, 600], Gen.String[0, 200], Gen.Int[1, 300]).Sample((text, subject, name, times) =>
        {
            var part = new TextPart("plain") { Text = string.Concat(Enumerable.Repeat(text, times)) };
            var mail = new MimeMessage { Subject = subject, Body = part };
            mail.From.Add(new MailboxAddress(name, "bob@mail.test"));

            var messages = Translate(mail, Context);

            Assert.That(messages, Has.Count.InRange(1, 10));
            foreach (var message in messages)
                Assert.That(CorporaTranslateTests.Serialised(message), Has.Length.LessThan(200 * 1024));
        }, iter: 50);

    [TestCase("&")]
    [TestCase("<p>")]
    [TestCase("字")]
    [TestCase("👩‍👩‍👧")]
    [TestCase("word ")]
    public void A_text_too_long_is_parted_and_says_what_was_cut(string unit)
    {
        var messages = Translate(Mail(string.Concat(Enumerable.Repeat(unit, 2_000_000 / unit.Length))), Context);

        Assert.That(messages, Has.Count.EqualTo(10).Or.Count.LessThan(10));
        Assert.That(messages.Select(message => message.Id), Is.Unique);
        Assert.That(messages.All(message => CorporaTranslateTests.Serialised(message).Length < 200 * 1024));
        Assert.That(messages[^1].Body, Does.Match("\\[Cut here: about [0-9,]+ more characters are in the mail\\]$"));
    }

    [Test]
    public void A_long_text_is_parted_between_paragraphs_and_nothing_is_lost()
    {
        var paragraph = new string('x', 999) + "\n\n";
        var text = string.Concat(Enumerable.Repeat(paragraph, 200));

        var messages = Translate(Mail(text, ""), Context);

        Assert.That(messages, Has.Count.GreaterThan(1));
        Assert.That(messages.All(message => message.Body!.EndsWith('x')));
        Assert.That(messages.Sum(message => message.Body!.Count(c => c == 'x')), Is.EqualTo(200 * 999));
        Assert.That(messages.Skip(1).All(message => message.Subject is null && message.Payload<Nick>() is null));
    }

    [Test]
    public void Warnings_stand_between_the_subject_and_the_text()
    {
        var message = Translate(Mail("Text"), Context with { Warnings = ["one", "two"] })[0];

        Assert.That(message.Body, Is.EqualTo("Plan\n\n[Warning: one]\n[Warning: two]\n\nText"));
        Assert.That(message.Payload<Fallback>()!.Body, Is.EqualTo(TextRange.Of("Plan\n\n")), "a client that hides the subject line shows the warnings");
    }

    [TestCase(null, "Plan", true)]
    [TestCase("Plan", "Re: Plan", false)]
    [TestCase("plan", "AW: Fwd: PLAN", false)]
    [TestCase("Plan", "Re: Another plan", true)]
    [TestCase("Plan", "", false)]
    public void The_subject_is_said_when_it_changed(string? previous, string subject, bool said)
    {
        var message = Translate(Mail("Text", subject), Context with { PreviousSubject = previous })[0];

        Assert.That(message.Body, Is.EqualTo(said ? $"{subject}\n\nText" : "Text"));
        Assert.That(message.Subject, Is.EqualTo(subject.Length > 0 ? subject : null));
        Assert.That(message.Payload<Fallback>(), Is.EqualTo(said ? new Fallback(MailTranslator.SubjectFallback, TextRange.Of(subject + "\n\n")) : null));
    }

    [Test]
    public void The_mark_of_the_subject_counts_code_points()
    {
        var message = Translate(Mail("Text", "🎉🎉"), Context)[0];

        Assert.That(message.Payload<Fallback>()?.Body, Is.EqualTo(new TextRange(0, 4)));
        Assert.That(TextRange.Remove(message.Body!, [new TextRange(0, 4)]), Is.EqualTo("Text"));
    }

    [TestCase(4, false)]
    [TestCase(6, true)]
    public void What_waited_says_since_when(int minutes, bool said)
    {
        var message = Translate(Mail("Text"), Context with { Now = Context.ReceivedAt.AddMinutes(minutes) })[0];

        Assert.That(message.Payload<Delay>(), Is.EqualTo(said ? new Delay(Context.ReceivedAt, new Jid("", "smtp.example", "")) : null));
    }

    [Test]
    public void An_answer_names_the_message_that_it_answers()
    {
        var target = new ReplyTarget("s1", Context.User);

        var message = Translate(Mail("Text"), Context with { ReplyTo = target, FirstContact = false })[0];

        Assert.That(message.Payload<Reply>(), Is.EqualTo(new Reply("s1", Context.User)));
        Assert.That(message.Payload<Nick>(), Is.Null);
    }

    [Test]
    public void Every_message_can_be_named()
    {
        var message = Translate(Mail("Text"), Context)[0];

        Assert.That((message.Id, message.Payload<OriginId>()?.Id, message.Type), Is.EqualTo(("m0", "m0", "chat")));
        Assert.That(message.Payload<MessageThread>()?.Id, Is.EqualTo("t1"));
    }

    [Test]
    public void A_deep_mail_is_translated()
    {
        MimeEntity body = new TextPart("plain") { Text = "Deep" };
        for (var i = 0; i < 500; i++)
            body = new Multipart("mixed") { body };

        Assert.That(Translate(new MimeMessage { Body = body }, Context), Is.Not.Empty);
    }

    [TestCase("", "")]
    [TestCase("Re: Plan", "Plan")]
    [TestCase("RE[2]: Fwd: AW: Plan", "Plan")]
    [TestCase("回复：计划", "计划")]
    [TestCase("Re: Re:", "")]
    [TestCase("Regarding: Plan", "Regarding: Plan")]
    [TestCase("10:30 meeting", "10:30 meeting")]
    public void Marks_of_answers_are_no_part_of_a_subject(string subject, string plain) =>
        Assert.That(SubjectLine.Base(subject), Is.EqualTo(plain));
}
