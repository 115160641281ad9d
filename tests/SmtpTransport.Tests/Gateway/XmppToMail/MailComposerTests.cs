using System.Text;
using MimeKit;
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

    private static DraftLine Line(string body) => new("s1", Alice, Bob, body, null, null, null, false, Now);

    private static string Compose(DraftLine line, ComposeContext context) =>
        Encoding.UTF8.GetString(MailComposer.ToBytes(MailComposer.Compose([line], context)));

    private static MimeMessage Parse(string mail) => MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(mail)));

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
}
