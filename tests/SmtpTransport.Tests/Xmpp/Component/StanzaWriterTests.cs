using System.Text;
using System.Xml.Linq;
using CsCheck;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Xmpp.Component;

public sealed class StanzaWriterTests
{
    private static readonly Jid Alice = Jid.Parse("alice@example.org");
    private static readonly Jid Bob = Jid.Parse("bob%mail.test@smtp.example");

    // No attributes: those cannot hold lone surrogates.
    private static readonly TestCaseData[] Forbidden =
    [
        new("a\0b\u0001c\u000Bd\u001Fe", "abcde"),
        new("a\uD800b\uDC00c\uD83D", "abc"),
        new("\uDC4D\uD83D", ""),
        new("a\uFFFEb\uFFFFc\uFFFD", "abc\uFFFD"),
        new("👍\t\n\r\u0085\u2028", "👍\t\n\r\u0085\u2028"),
    ];

    [Test]
    public void A_stanza_is_written_in_the_streams_default_namespace() =>
        Assert.That(
            Write(Stanza.Message(Bob, Alice, "m1", "chat", new Body("Hi & <bye> 👍"), new Nick("Bob"), new ReceiptRequest())),
            Is.EqualTo("<message from='bob%mail.test@smtp.example' to='alice@example.org' id='m1' type='chat'>"
                + "<body>Hi &amp; &lt;bye&gt; 👍</body><nick xmlns='http://jabber.org/protocol/nick'>Bob</nick>"
                + "<request xmlns='urn:xmpp:receipts'/></message>"));

    [Test]
    public void An_embedded_stanza_names_its_namespace()
    {
        var stanza = Stanza.Message(Bob, Alice, "m1", null);
        stanza.Element.Add(XElement.Parse("<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'><body>x</body></message></forwarded>"));

        Assert.That(Write(stanza), Does.Contain(
            "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'><body>x</body></message></forwarded>"));
    }

    [Test]
    public void Attributes_of_all_kinds_are_kept()
    {
        var stanza = Stanza.Message(Bob, Alice, "m1", null);
        stanza.Element.SetAttributeValue(XNamespace.Xml + "lang", "de");
        stanza.Element.Add(new XElement("x", new XAttribute(XNamespace.Get("urn:a") + "b", "1 & 2")));

        var read = XElement.Parse(Write(stanza));
        Assert.That((string?)read.Attribute(XNamespace.Xml + "lang"), Is.EqualTo("de"));
        Assert.That((string?)read.Element("x")!.Attribute(XNamespace.Get("urn:a") + "b"), Is.EqualTo("1 & 2"));
    }

    [Test]
    public void Comments_and_instructions_are_not_sent()
    {
        var stanza = Stanza.Message(Bob, Alice, "m1", null, new Body("x"));
        stanza.Element.Add(new XComment("secret"), new XProcessingInstruction("a", "b"));

        Assert.That(Write(stanza), Does.EndWith("<body>x</body></message>"));
    }

    [TestCaseSource(nameof(Forbidden))]
    public void Characters_that_XML_forbids_are_left_out(string text, string expected)
    {
        var xml = XElement.Parse(Write(Stanza.Message(Bob, Alice, "m1", null, new Body(text), new Reply(text + "x"))));

        Assert.That(xml.Element("body")!.Value, Is.EqualTo(expected));
        Assert.That((string?)xml.Element(Reply.ElementName)!.Attribute("id"), Is.EqualTo(expected + "x"));
    }

    [Test]
    public void Whatever_a_text_holds_it_is_read_back_as_the_clean_text() =>
        Gen.Char.Array[0, 60].Select(chars => new string(chars)).Sample(
            text =>
            {
                var xml = XElement.Parse(
                    Write(Stanza.Message(Bob, Alice, "m1", null, new Body(text), new Reply(text + "x"))), LoadOptions.PreserveWhitespace);
                return xml.Element("body")!.Value == XmlText.Clean(text)
                    && (string?)xml.Element(Reply.ElementName)!.Attribute("id") == XmlText.Clean(text) + "x";
            },
            iter: 3000);

    [Test]
    public void A_stanza_of_200_KiB_is_written_and_a_longer_one_is_not()
    {
        var frame = Write(Stanza.Message(Bob, Alice, "m1", null, new Body(""))).Length;
        Stanza Of(int octets) => Stanza.Message(Bob, Alice, "m1", null, new Body(new string('x', octets - frame)));

        Assert.That(StanzaWriter.ToBytes(Of(200 * 1024)), Has.Length.EqualTo(200 * 1024));
        Assert.Throws<ArgumentException>(() => StanzaWriter.ToBytes(Of((200 * 1024) + 1)));
    }

    [Test]
    public void The_handshake_is_that_of_the_specification() =>
        Assert.That(Handshake.Digest("3BF96D32", "test"), Is.EqualTo("aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e"));

    private static string Write(Stanza stanza) => Encoding.UTF8.GetString(StanzaWriter.ToBytes(stanza));
}
