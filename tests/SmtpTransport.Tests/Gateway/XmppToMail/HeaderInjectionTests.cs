using CsCheck;
using MimeKit;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.XmppToMail;

/// <summary>Whatever a chat user, or a mail that is answered, puts into a field: the header stays ours.</summary>
internal sealed class HeaderInjectionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 15, 0, 0, TimeSpan.Zero);

    private static readonly string[] Fields =
    [
        "Received", "From", "Date", "Subject", "Message-Id", "To", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
        "References", "In-Reply-To", "Jabber-ID", "X-Gateway-Loop", "Disposition-Notification-To", "Content-Disposition",
    ];

    private static readonly Gen<string> Hostile = Gen.OneOf(
        Gen.String[0, 200],
        OneOf("\r\nBcc: victim@mail.test", "\nX-Evil: 1", "\r\rX-Evil: 1", "\u2028X-Evil: 1", "\u0085X-Evil: 1", "\0", "\r\n\r\nbody", "=?utf-8?q?=0D=0AX-Evil:_1?=",
            "<a@b>\r\nX-Evil: 1", "\v\fX-Evil: 1", "a\u202Eb", "\ud800", "\r\n.\r\nMAIL FROM:<x@y>", new string('x', 2000)),
        Gen.Select(Gen.String[0, 20], OneOf("\r\n", "\n", "\r", "\u2029"), OneOf("X-Evil: 1", "Bcc: v@m.test", "\tfolded"), (a, b, c) => a + b + c));

    [Test]
    public void No_field_of_a_stanza_adds_a_header() =>
        Gen.Select(Hostile.Array[7], Gen.Select(Hostile, Hostile)).Sample((text, id) =>
        {
            var line = new DraftLine(text[0], new Jid("alice", "example.org", text[1]), new Jid("bob%mail.test", "smtp.example", ""), "x" + text[2], text[3], text[4], text[5], true, Now);

            var octets = MailComposer.ToBytes(MailComposer.Compose([line], new ComposeContext
            {
                From = EmailAddress.Parse("alice@example.org"),
                To = [EmailAddress.Parse("bob@mail.test")],
                User = new Jid("alice", "example.org", ""),
                MessageId = "m1@example.org",
                DisplayName = text[6],
                ConversationSubject = text[3],
                InReplyTo = id.Item1,
                References = [id.Item2, id.Item1],
                Hostname = "gw.example",
                MailId = text[5],
                LoopMark = text[1],
                Now = Now,
            }));

            using var mail = MimeMessage.Load(new MemoryStream(octets));
            var fields = mail.Headers.Select(header => header.Field).ToList();
            var names = fields.Concat(mail.Body!.Headers.Select(header => header.Field)).ToList();
            Assert.That(names.Except(Fields, StringComparer.OrdinalIgnoreCase), Is.Empty);
            Assert.That(fields, Is.Unique);
            Assert.That(mail.GetRecipients().Select(mailbox => mailbox.Address), Is.EqualTo(new[] { "bob@mail.test" }));
            Assert.That(mail.From.Mailboxes.Select(mailbox => mailbox.Address), Is.EqualTo(new[] { "alice@example.org" }));
        }, iter: 2000);

    [Test]
    public void Nor_does_what_is_said_beside_the_text() =>
        Gen.Select(Hostile, Hostile, Hostile, Gen.Bool).Sample((name, quoted, body, isReaction) =>
        {
            var line = new DraftLine("s1", new Jid("alice", "example.org", "x"), new Jid("bob%mail.test", "smtp.example", ""), "x *y* " + body, null, null, "m0", true, Now)
            {
                IsMarkable = true,
                Nick = name,
                Quoted = quoted,
                IsReaction = isReaction,
            };

            var octets = MailComposer.ToBytes(MailComposer.Compose([line], new ComposeContext
            {
                From = EmailAddress.Parse("alice@example.org"),
                To = [EmailAddress.Parse("bob@mail.test")],
                User = new Jid("alice", "example.org", ""),
                MessageId = "m1@example.org",
                DisplayName = name,
                Quotation = Quotation.Of(quoted, Quotation.By(name, Now), name),
                WantsReadReceipt = true,
                Hostname = "gw.example",
                MailId = "q1",
                Now = Now,
            }));

            Only(octets, "bob@mail.test");
        }, iter: 1000);

    [Test]
    public void Nor_does_a_mail_that_was_displayed() =>
        Gen.Select(Hostile, Hostile, Hostile).Sample((id, subject, host) =>
        {
            using var receipt = new ReadReceiptMail(EmailAddress.Parse("alice@example.org"), EmailAddress.Parse("bob@mail.test"), id, subject, "m1@example.org", host, Now).Compose();

            Only(MailComposer.ToBytes(receipt), "bob@mail.test", "Auto-Submitted");
        }, iter: 1000);

    private static void Only(byte[] octets, string recipient, params string[] more)
    {
        using var mail = MimeMessage.Load(new MemoryStream(octets));
        var names = mail.Headers.Concat(mail.Body!.Headers).Select(header => header.Field).Except([.. Fields, .. more], StringComparer.OrdinalIgnoreCase);
        Assert.That(names, Is.Empty);
        Assert.That(mail.BodyParts.SelectMany(part => part.Headers).Select(header => header.Field).Except(Fields, StringComparer.OrdinalIgnoreCase), Is.Empty);
        Assert.That(mail.GetRecipients().Select(mailbox => mailbox.Address), Is.EqualTo(new[] { recipient }));
        Assert.That(mail.From.Mailboxes.Select(mailbox => mailbox.Address), Is.EqualTo(new[] { "alice@example.org" }));
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);
}
