using System.Text;
using CsCheck;
using MimeKit;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.XmppToMail;

internal sealed class MailComposerTests
{
    private static readonly Jid Alice = new("alice", "example.org", "phone");
    private static readonly Jid Bob = new("bob%mail.test", "smtp.example", "");
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 15, 0, 0, TimeSpan.Zero);

    private static readonly ComposeContext Context = new()
    {
        From = EmailAddress.Parse("alice@example.org"),
        To = [EmailAddress.Parse("bob@mail.test")],
        User = Alice.Bare,
        MessageId = "m1@example.org",
        Hostname = "gw.example",
        MailId = "q1",
        Now = Now,
    };

    private static readonly string[] Expected =
    [
        "Received", "From", "Date", "Subject", "Message-Id", "To", "References", "In-Reply-To", "Jabber-ID", "MIME-Version",
        "Content-Type", "Content-Transfer-Encoding",
    ];

    private static readonly Gen<string> Hostile = Gen.OneOf(
        Gen.String[0, 60],
        Gen.String[Gen.Char["ab:<>@\r\n \t\0\"\\;,=?é"], 0, 80],
        Gen.OneOf(Array.ConvertAll(new[] { "x\r\nBcc: evil@mail.test\r\n\r\nbody", "x\nBcc: a@b", "x\rBcc: a@b", "=?utf-8?Q?x=0D=0ABcc:_a@b?=", "a@b>\r\n <c@d" }, Gen.Const)));

    private static DraftLine Line(string body) => new("s1", Alice, Bob, body, null, null, null, false, Now);

    private static string Compose(DraftLine line, ComposeContext context) =>
        Encoding.UTF8.GetString(MailComposer.ToBytes(MailComposer.Compose([line], context)));

    private static MimeMessage Parse(string mail) => MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(mail)));

    [TestCase("long")]
    [TestCase("o\\27hara")]
    public void A_jid_in_ascii_is_said_as_it_is(string name)
    {
        var jid = new Jid(name.Replace("long", new string('u', 200), StringComparison.Ordinal), "example.org", "");

        Assert.That(Compose(Line("Hello"), Context with { User = jid }), Does.Contain($"\r\nJabber-ID: {jid}\r\n"));
    }

    [Test]
    public void A_line_becomes_a_plain_mail()
    {
        Assert.That(Compose(Line("Hello Bob"), Context with { DisplayName = "Alice" }).ReplaceLineEndings("\n"), Is.EqualTo("""
            Received: from example.org by gw.example with XMPP id q1;
            	Sun, 22 Nov 2026 15:00:00 +0000
            From: Alice <alice@example.org>
            Date: Sun, 22 Nov 2026 15:00:00 +0000
            Subject: Hello Bob
            Message-Id: <m1@example.org>
            To: bob@mail.test
            Jabber-ID: alice@example.org
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8; format=flowed

            Hello Bob

            """));
    }

    [Test]
    public void No_field_of_any_text_adds_a_header() =>
        Gen.Select(Hostile, Hostile, Hostile, Hostile, Hostile, Hostile, Hostile).Sample((name, subject, id, host, mailId, parent, body) =>
        {
            var line = Line(body) with { Subject = subject };
            var mail = Parse(Compose(line, Context with
            {
                DisplayName = name,
                ConversationSubject = subject,
                Hostname = host,
                MailId = mailId,
                InReplyTo = parent,
                References = [id, parent],
                User = new Jid(name, host, ""),
            }));

            Assert.That(mail.Headers.Select(header => header.Field), Is.SubsetOf(Expected));
            Assert.That(mail.Headers.Select(header => header.Field), Is.Unique);
            Assert.That(mail.From.Mailboxes.Single().Address, Is.EqualTo("alice@example.org"));
            Assert.That(mail.To.Mailboxes.Single().Address, Is.EqualTo("bob@mail.test"));
        }, iter: 2000);

    [TestCase("")]
    [TestCase("a@b>\r\nBcc: <c@d")]
    [TestCase("a b@c")]
    public void What_is_no_message_id_composes_no_mail(string id) =>
        Assert.That(() => Compose(Line("Hi"), Context with { MessageId = id }), Throws.ArgumentException);

    [Test]
    public void Any_text_arrives_as_it_was_written() =>
        Gen.OneOf(Gen.String[Gen.Char["ab >-.F\nrom"], 0, 300], Gen.String[0, 100]).Sample(text =>
        {
            var written = PlainText.Clean(text).Trim('\n');
            var mail = Parse(Compose(Line(text), Context));
            var body = mail.BodyParts.OfType<TextPart>().First();

            Assert.That(Lines(FlowedText.Decode(body.Text, deleteSpace: false)), Is.EqualTo(Lines(written)));
            Assert.That(Lines(new MimeKit.Text.FlowedToText().Convert(body.Text).ReplaceLineEndings("\n")), Is.EqualTo(Lines(written)));
        }, iter: 500);

    [Test]
    public void No_line_is_longer_than_the_standard_allows() =>
        Gen.String[Gen.Char["ab é字 \n"], 0, 5000].Sample(text =>
            Compose(Line(text), Context with { DisplayName = text, ConversationSubject = text }).Split("\r\n").All(line => line.Length <= 998), iter: 100);

    [Test]
    public void An_address_beyond_ascii_makes_international_headers()
    {
        var mail = Compose(Line("Hi") with { Subject = "Grüße" }, Context with { To = [EmailAddress.Parse("jürgen@müller.test")] });

        Assert.That(mail, Does.Contain("To: jürgen@müller.test").And.Contain("Subject: Grüße"));
    }

    [Test]
    public void An_international_domain_alone_goes_in_ascii()
    {
        var mail = Compose(Line("Hi") with { Subject = "Grüße" }, Context with { To = [EmailAddress.Parse("bob@müller.test")] });

        Assert.That(mail, Does.Contain("To: bob@xn--mller-kva.test").And.Not.Contain("Grüße"));
    }

    [Test]
    public void A_long_chain_of_references_keeps_its_root_and_its_latest()
    {
        var mail = Parse(Compose(Line("Hi"), Context with
        {
            InReplyTo = "r50@mail.test",
            References = [.. Enumerable.Range(0, 50).Select(i => $"r{i}@mail.test")],
        }));

        Assert.That(mail.References, Has.Count.EqualTo(20));
        Assert.That((mail.References[0], mail.References[1], mail.References[^1]), Is.EqualTo(("r0@mail.test", "r32@mail.test", "r50@mail.test")));
        Assert.That(mail.InReplyTo, Is.EqualTo("r50@mail.test"));
    }

    [Test]
    public void Several_lines_become_paragraphs()
    {
        var mail = MailComposer.Compose([Line("One"), Line("Two\nlines")], Context);

        Assert.That(((TextPart)mail.Body!).Text.ReplaceLineEndings("\n"), Is.EqualTo("One\n\nTwo\nlines\n"));
    }

    [TestCase("Plan", "Re: Plan")]
    [TestCase("AW: Re: Plan", "Re: Plan")]
    [TestCase(null, "Hello Bob")]
    [TestCase("Re:", "Hello Bob")]
    public void The_subject_goes_on(string? conversation, string subject)
    {
        var mail = Parse(Compose(Line("Hello Bob\nhow are you?"), Context with { ConversationSubject = conversation }));

        Assert.That(mail.Subject, Is.EqualTo(subject));
    }

    [TestCase("/me waves", "Alice Ünlü", "* Alice Ünlü waves")]
    [TestCase("/me waves", null, "* alice waves")]
    [TestCase("/means nothing", "Alice", "/means nothing")]
    [TestCase("Type /me waves", "Alice", "Type /me waves")]
    public void What_the_writer_does_is_said_in_words(string body, string? name, string text)
    {
        var mail = Parse(Compose(Line(body), Context with { DisplayName = name }));

        Assert.That(mail.TextBody!.TrimEnd(), Is.EqualTo(text));
        Assert.That(mail.Subject, Is.EqualTo(text));
    }

    [Test]
    public void A_message_id_is_the_same_each_time_and_tells_nothing()
    {
        var id = MailMessageId.For("q1", "key"u8, "Müller.example");

        Assert.That(id, Is.EqualTo(MailMessageId.For("q1", "key"u8, "müller.example")));
        Assert.That(id, Does.Match("^[0-9a-f]{20}\\.[0-9a-f]{20}@xn--mller-kva.example$").And.Not.EqualTo(MailMessageId.For("q2", "key"u8, "Müller.example")));
    }

    // Spaces at the end of a line are no text: a chat has no use for them, and format=flowed has another.
    private static IEnumerable<string> Lines(string text) => text.TrimEnd().Split('\n').Select(line => line.TrimEnd());
}
