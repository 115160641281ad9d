using System.Text;
using System.Xml.Linq;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Mail;
using SmtpTransport.Tests.Support;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.XmppToMail;

/// <summary>Each <c>.xml</c> in <c>Cases/XmppToMail</c> becomes the mail in the <c>.eml</c> beside it.</summary>
internal sealed class MailComposerCases
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 15, 0, 0, TimeSpan.Zero);

    private static readonly ComposeContext Context = new()
    {
        From = EmailAddress.Parse("alice@example.org"),
        To = [EmailAddress.Parse("bob@mail.test")],
        User = new Jid("alice", "example.org", ""),
        MessageId = "m1@example.org",
        DisplayName = "Alice",
        Hostname = "gw.example",
        MailId = "q1",
        Now = Now,
    };

    private static IEnumerable<TestCaseData> Messages => TestCases.In("XmppToMail", ".xml");

    [TestCaseSource(nameof(Messages))]
    public void A_message_becomes_a_mail(string file)
    {
        var message = Stanza.Parse(XElement.Load(file, LoadOptions.PreserveWhitespace))!;

        var reading = MessageReader.Read(message, Now);

        Assert.That(reading, Is.TypeOf<MessageReading.Line>());
        var (line, corrects) = (MessageReading.Line)reading;
        line = corrects is null ? line : line.Following(corrects);
        var mail = MailComposer.Compose([line], Context with
        {
            ConversationSubject = line.Thread is null ? null : "Plan for Friday",
            InReplyTo = line.ReplyToId is null ? null : "parent@mail.test",
            References = line.ReplyToId is null ? [] : ["root@mail.test"],
        });
        TestCases.Compare(file, ".eml", Encoding.UTF8.GetString(MailComposer.ToBytes(mail)));
    }
}
