using System.Text;
using System.Xml;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Tests.Support;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

/// <summary>Mails and pages that other projects collected because they are hard to read.</summary>
internal sealed class CorporaTranslateTests
{
    private static IEnumerable<string> Mails =>
        new[] { "mime", "replies", "bounces" }.SelectMany(folder => Corpora.Files(folder, "*.eml"));

    [TestCaseSource(nameof(Mails))]
    public void Any_mail_becomes_messages_that_can_be_sent(string file)
    {
        using var mail = File.OpenRead(Corpora.Path(file));

        var messages = MailTranslator.ToStanzas(MailFile.Load(mail), MailTranslatorCases.Context);

        Assert.That(messages, Is.Not.Empty);
        foreach (var message in messages)
            Assert.That(Serialised(message), Has.Length.LessThan(200 * 1024));
    }

    /// <summary>Octets as the stream would write them; throws on what XML forbids.</summary>
    public static byte[] Serialised(Stanza message)
    {
        Assert.That(message.Body, Is.Not.Null.And.Not.Empty);
        using var octets = new MemoryStream();
        using (var writer = XmlWriter.Create(octets, new XmlWriterSettings { CheckCharacters = true, Encoding = new UTF8Encoding(false) }))
            message.ToXml().WriteTo(writer);
        octets.Position = 0;
        using var reader = XmlReader.Create(octets);
        while (reader.Read())
        {
        }
        return octets.ToArray();
    }
}
