using System.Xml.Linq;
using MimeKit;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Tests.Support;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

/// <summary>Each <c>.eml</c> in <c>Cases/MailToXmpp</c> becomes the messages in the <c>.xml</c> beside it.</summary>
internal sealed class MailTranslatorCases
{
    public static readonly MailContext Context = new()
    {
        Contact = new Jid("bob%mail.test", "smtp.example", ""),
        User = new Jid("alice", "example.org", ""),
        StanzaId = part => $"m{part}",
        Thread = "t1",
        FirstContact = true,
        ReceivedAt = new(2026, 11, 22, 15, 0, 0, TimeSpan.Zero),
        Now = new(2026, 11, 22, 15, 0, 1, TimeSpan.Zero),
    };

    private static IEnumerable<TestCaseData> Mails => TestCases.In("MailToXmpp", ".eml");

    [TestCaseSource(nameof(Mails))]
    public void A_mail_becomes_messages(string file)
    {
        using var mail = File.OpenRead(file);

        var messages = MailTranslator.ToStanzas(MailFile.Load(mail), Context);

        TestCases.Compare(file, ".xml", new XElement("messages", messages.Select(message => message.ToXml())) + "\n");
    }
}
