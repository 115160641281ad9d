using System.Text;
using System.Xml;
using SmtpTransport.Gateway.Accounts;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Translation;
using SmtpTransport.Tests.Support;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Translation;

/// <summary>Mails and pages that other projects collected because they are hard to read.</summary>
internal sealed class CorporaTranslateTests
{
    // What is once and for all, such as tables of charsets, and what grows with a mail.
    private const long BaseAllowance = 32 * 1024 * 1024;
    private const long MaxPerOctet = 200;

    // With everything that an account may ask for.
    private static readonly MailContext Context = MailTranslatorCases.Context with
    {
        Preferences = new AccountPreferences { TrimQuotes = true, TrimSignatures = true, XhtmlIm = true, GiveReadReceipts = true },
        Concerned = "s1",
    };

    private static IEnumerable<string> Mails =>
        new[] { "mime", "replies", "bounces" }.SelectMany(folder => Corpora.Files(folder, "*.eml"));

    private static IEnumerable<string> Pages => Corpora.Files("html", "*.html");

    [TestCaseSource(nameof(Mails))]
    public void Any_mail_becomes_messages_that_can_be_sent(string file)
    {
        using var mail = File.OpenRead(Corpora.Path(file));
        AssertTranslates(mail);
    }

    [TestCaseSource(nameof(Pages))]
    public void Any_page_becomes_messages_that_can_be_sent(string file)
    {
        var page = File.ReadAllBytes(Corpora.Path(file));
        var charset = file.Split('.').FirstOrDefault(part => part.StartsWith("utf-", StringComparison.Ordinal)) ?? "utf-8";
        using var mail = new MemoryStream(Encoding.ASCII.GetBytes(
            $"From: bob@mail.test\r\nSubject: A page\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + Convert.ToBase64String(page, Base64FormattingOptions.InsertLineBreaks)));
        AssertTranslates(mail);
    }

    private static void AssertTranslates(Stream mail)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();

        var messages = MailTranslator.Translate(MailFile.Load(mail), Context).Stanzas;

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - allocated, Is.LessThan(BaseAllowance + (MaxPerOctet * mail.Length)));

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
