using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class A_message_becomes_a_proper_mail(ServerKind server) : Scenario(server)
{
    [Test]
    public async Task With_everything_that_a_mail_server_looks_for()
    {
        await StartGatewayAsync();
        var alice = await NewClientAsync();

        alice.SendMessage(Contact("bob@mail.test"), "Grüße!\n.a line that starts with a dot");

        var taken = await Sink.MailAsync("a line that starts");
        var mail = taken.Parse();
        Assert.Multiple(() =>
        {
            Assert.That(taken.Recipients, Is.EqualTo(new[] { "bob@mail.test" }));
            Assert.That(mail.From.Mailboxes.Single().Address, Is.EqualTo(alice.BareJid));
            Assert.That(mail.TextBody!.ReplaceLineEndings("\n").TrimEnd(), Is.EqualTo("Grüße!\n.a line that starts with a dot"));
            Assert.That(mail.Date, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
            Assert.That(mail.Headers["MIME-Version"], Is.EqualTo("1.0"));
            Assert.That(mail.BodyParts.OfType<MimeKit.TextPart>().First().ContentType.Charset, Is.EqualTo("utf-8").IgnoreCase);
            Assert.That(mail.MessageId, Does.Contain('@'));
            Assert.That(taken.Text, Does.Not.Match("(?<!\r)\n"), "No bare line feed leaves us.");
        });
    }

    [Test]
    public async Task What_nobody_wrote_for_reading_is_never_mailed()
    {
        await StartGatewayAsync();
        var alice = await NewClientAsync();
        var contact = Contact("bob@mail.test");

        alice.Send(new XElement("message", new XAttribute("to", contact), new XAttribute("type", "chat"), new XElement(XName.Get("composing", "http://jabber.org/protocol/chatstates"))));
        alice.Send(new XElement("message", new XAttribute("to", contact), new XAttribute("type", "headline"), new XElement("body", "a headline")));
        alice.Send(new XElement("message", new XAttribute("to", contact), new XAttribute("type", "chat"), new XElement("subject", "no body")));
        alice.SendMessage(contact, "the only mail");

        await Sink.MailAsync("the only mail");
        Assert.That(Sink.Mails.All, Has.Count.EqualTo(1));
    }
}
