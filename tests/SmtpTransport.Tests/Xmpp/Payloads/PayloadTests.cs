using System.Xml.Linq;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Xmpp.Payloads;

public sealed class PayloadTests
{
    private static readonly Jid Alice = Jid.Parse("alice@example.org");

    // The forms of the XEPs' own examples.
    private static readonly TestCaseData[] Forms =
    [
        Form<Ping>("<ping xmlns='urn:xmpp:ping'/>", ping => ping, new Ping()),
        Form<SoftwareVersion>(
            "<query xmlns='jabber:iq:version'><name>S</name><version>1</version></query>", v => v, new SoftwareVersion("S", "1")),
        Form<GatewayPrompt>(
            "<query xmlns='jabber:iq:gateway'><desc>d</desc><prompt>p</prompt></query>", g => g, new GatewayPrompt("d", "p")),
        Form<GatewayPrompt>(
            "<query xmlns='jabber:iq:gateway'><jid>alice@example.org</jid></query>", g => g, new GatewayPrompt(Jid: Alice)),
        Form<VCardTemp>(
            "<vCard xmlns='vcard-temp'><FN>Bob</FN><EMAIL><INTERNET/><USERID>b@c</USERID></EMAIL></vCard>",
            card => card, new VCardTemp { FullName = "Bob", Email = "b@c" }),
        Form<ReceiptRequest>("<request xmlns='urn:xmpp:receipts'/>", r => r, new ReceiptRequest()),
        Form<DeliveryReceipt>("<received xmlns='urn:xmpp:receipts' id='m1'/>", r => r, new DeliveryReceipt("m1")),
        Form<Reply>("<reply xmlns='urn:xmpp:reply:0' to='alice@example.org' id='m1'/>", r => r, new Reply("m1", Alice)),
        Form<Nick>("<nick xmlns='http://jabber.org/protocol/nick'>Bob</nick>", n => n, new Nick("Bob")),
        Form<Delay>(
            "<delay xmlns='urn:xmpp:delay' from='example.org' stamp='2026-11-22T10:00:00Z'/>",
            d => d, new Delay(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero), Jid.Parse("example.org"))),
        Form<OriginId>("<origin-id xmlns='urn:xmpp:sid:0' id='o1'/>", o => o, new OriginId("o1")),
        Form<StanzaId>("<stanza-id xmlns='urn:xmpp:sid:0' id='s1' by='alice@example.org'/>", s => s, new StanzaId("s1", Alice)),
        Form<Correction>("<replace xmlns='urn:xmpp:message-correct:0' id='m1'/>", c => c, new Correction("m1")),
        Form<Retraction>("<retract xmlns='urn:xmpp:message-retract:1' id='m1'/>", r => r, new Retraction("m1")),
        Form<MessageThread>("<thread xmlns='jabber:client' parent='p'>t</thread>", t => t, new MessageThread("t", "p")),
        Form<Status>("<status xmlns='jabber:client'>Email</status>", s => s, new Status("Email")),
        Form<Fallback>(
            "<fallback xmlns='urn:xmpp:fallback:0' for='urn:x'><body start='0' end='5'/></fallback>",
            f => f, new Fallback("urn:x", new TextRange(0, 5))),
        Form<Fallback>(
            "<fallback xmlns='urn:xmpp:fallback:0' for='urn:x'><subject/></fallback>",
            f => f, new Fallback("urn:x", null, TextRange.Whole)),
        Form<DiscoInfo>("<query xmlns='http://jabber.org/protocol/disco#info' node='n'><identity category='gateway' type='smtp' name='Email'/>"
            + "<feature var='urn:xmpp:ping'/></query>",
            info => (info.Node, info.Identities[0], info.Features[0]), ("n", new DiscoIdentity("gateway", "smtp", "Email"), "urn:xmpp:ping")),
        Form<DiscoItems>(
            "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='alice@example.org' name='A'/></query>",
            items => items.Items[0], new DiscoItem(Alice, "A")),
        Form<Reactions>("<reactions xmlns='urn:xmpp:reactions:0' id='m1'><reaction>👍</reaction></reactions>",
            r => (r.MessageId, r.Emojis[0]), ("m1", "👍")),
        Form<ExtendedAddresses>(
            "<addresses xmlns='http://jabber.org/protocol/address'><address type='cc' jid='alice@example.org' desc='A' delivered='true'/>"
                + "<address type='to' uri='mailto:b@c'/></addresses>",
            a => (a.All[0], a.All[1]), (new ExtendedAddress("cc", Alice, null, "A", true), new ExtendedAddress("to", Uri: "mailto:b@c"))),
        Form<StanzaHeaders>(
            "<headers xmlns='http://jabber.org/protocol/shim'><header name='Urgency'>high</header></headers>",
            h => h.All[0], new StanzaHeader("Urgency", "high")),
        Form<Displayed>("<displayed xmlns='urn:xmpp:chat-markers:0' id='m1'/>", d => d, new Displayed("m1")),
        Form<Markable>("<markable xmlns='urn:xmpp:chat-markers:0'/>", m => m, new Markable()),
        Form<StoreHint>("<store xmlns='urn:xmpp:hints'/>", s => s, new StoreHint()),
        Form<XhtmlIm>(
            "<html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'><p>a</p></body></html>",
            x => x.Body.Value, "a"),
        Form<OutOfBandData>(
            "<x xmlns='jabber:x:oob'><url>https://example.org/a.png</url><desc>d</desc></x>", x => x, new OutOfBandData("https://example.org/a.png", "d")),
        Form<FileSharing>(
            "<file-sharing xmlns='urn:xmpp:sfs:0' disposition='inline'><file xmlns='urn:xmpp:file:metadata:0'><media-type>image/png</media-type>"
                + "<name>a.png</name><size>12</size><hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>aGFzaA==</hash></file>"
                + "<sources><url-data xmlns='http://jabber.org/protocol/url-data' target='https://example.org/a.png'/></sources></file-sharing>",
            s => (s.File, s.Sources[0], s.Disposition),
            (new FileMetadata { Name = "a.png", MediaType = "image/png", Size = 12, Sha256 = "aGFzaA==" }, "https://example.org/a.png", "inline")),
        Form<MediaSharing>(
            "<reference xmlns='urn:xmpp:reference:0' type='data'><media-sharing xmlns='urn:xmpp:sims:1'><file xmlns='urn:xmpp:jingle:apps:file-transfer:5'>"
                + "<media-type>image/png</media-type><name>a.png</name><size>12</size><hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>aGFzaA==</hash></file>"
                + "<sources><reference xmlns='urn:xmpp:reference:0' type='data' uri='https://example.org/a.png'/></sources></media-sharing></reference>",
            s => (s.File, s.Sources[0]),
            (new FileMetadata { Name = "a.png", MediaType = "image/png", Size = 12, Sha256 = "aGFzaA==" }, "https://example.org/a.png")),
        Form<UploadRequest>(
            "<request xmlns='urn:xmpp:http:upload:0' filename='a b.txt' size='11' content-type='text/plain'/>", r => r, new UploadRequest("a b.txt", 11, "text/plain")),
        Form<UploadSlot>(
            "<slot xmlns='urn:xmpp:http:upload:0'><put url='https://example.org/put'><header name='Authorization'>Basic abc</header></put>"
                + "<get url='https://example.org/get'/></slot>",
            s => (s.Put, s.Get, s.Headers[0]),
            (new Uri("https://example.org/put"), new Uri("https://example.org/get"), KeyValuePair.Create("Authorization", "Basic abc"))),
        Form<DataForm>(
            "<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>urn:x</value></field><field var='n'><value>1</value></field></x>",
            f => (f.FormType, f["n"]), ("urn:x", "1")),
    ];

    [TestCaseSource(nameof(Forms))]
    public void A_payload_reads_its_form_and_writes_it_again(Func<XElement, (object Value, XElement Xml)> roundTrip, XElement form, object expected)
    {
        var (value, xml) = roundTrip(form);

        Assert.That(value, Is.EqualTo(expected));
        Assert.That(xml, Is.EqualTo(form).Using<XElement>((a, b) => XNode.DeepEquals(Plain(a), Plain(b))));
    }

    [Test]
    public void An_unusable_payload_reads_as_none()
    {
        Assert.That(DeliveryReceipt.Parse(new XElement("received")), Is.Null);
        Assert.That(Reply.Parse(new XElement("reply")), Is.Null);
        Assert.That(Delay.Parse(XElement.Parse("<delay stamp='yesterday'/>")), Is.Null);
        Assert.That(StanzaId.Parse(XElement.Parse("<stanza-id id='x' by='@'/>")), Is.Null);
        Assert.That(Nick.Parse(XElement.Parse("<nick> </nick>")), Is.Null);
        Assert.That(OutOfBandData.Parse(XElement.Parse("<x xmlns='jabber:x:oob'><url> </url></x>")), Is.Null);
        Assert.That(FileSharing.Parse(XElement.Parse("<file-sharing xmlns='urn:xmpp:sfs:0'/>")), Is.Null);
        Assert.That(MediaSharing.Parse(XElement.Parse("<reference xmlns='urn:xmpp:reference:0' type='mention' uri='xmpp:bob@example.org'/>")), Is.Null);
    }

    [Test]
    public void A_fallback_without_ranges_is_the_whole_message() =>
        Assert.That(Fallback.Parse(XElement.Parse("<fallback xmlns='urn:xmpp:fallback:0' for='urn:x'/>")),
            Is.EqualTo(new Fallback("urn:x", TextRange.Whole, TextRange.Whole)));

    [TestCase("<put url='file:///etc/passwd'/><get url='https://example.org/'/>")]
    [TestCase("<put url='https://example.org/'/><get url='javascript:1'/>")]
    [TestCase("<put url='https://example.org/'/>")]
    [TestCase("<get url='https://example.org/'/>")]
    public void A_slot_that_is_not_on_the_web_is_none(string children) =>
        Assert.That(UploadSlot.Parse(XElement.Parse($"<slot xmlns='urn:xmpp:http:upload:0'>{children}</slot>")), Is.Null);

    [Test]
    public void Of_a_slots_headers_only_those_of_the_standard_are_sent_and_on_one_line()
    {
        var slot = UploadSlot.Parse(XElement.Parse(
            "<slot xmlns='urn:xmpp:http:upload:0'><put url='https://example.org/'><header name='Host'>other</header>"
            + "<header name='cookie'>a=1&#10;Host: other</header></put><get url='https://example.org/'/></slot>"));

        Assert.That(slot!.Headers, Is.EqualTo([KeyValuePair.Create("Cookie", "a=1Host: other")]));
    }

    [TestCase("<encryption xmlns='urn:xmpp:eme:0' namespace='urn:xmpp:omemo:2'/>", ExpectedResult = "OMEMO")]
    [TestCase("<encryption xmlns='urn:xmpp:eme:0' namespace='urn:new' name='New'/>", ExpectedResult = "New")]
    [TestCase("<encrypted xmlns='eu.siacs.conversations.axolotl'/>", ExpectedResult = "OMEMO")]
    [TestCase("<encrypted xmlns='urn:xmpp:omemo:1'/>", ExpectedResult = "OMEMO")]
    [TestCase("<openpgp xmlns='urn:xmpp:openpgp:0'/>", ExpectedResult = "OpenPGP")]
    [TestCase("<x xmlns='jabber:x:encrypted'/>", ExpectedResult = "OpenPGP")]
    [TestCase("<body xmlns='jabber:client'>?OTRv23?</body>", ExpectedResult = "OTR")]
    [TestCase("<body xmlns='jabber:client'>Hello</body>", ExpectedResult = null)]
    [TestCase("<x xmlns='jabber:x:oob'/>", ExpectedResult = null)]
    public string? Encrypted_messages_are_known_by_their_children(string child)
    {
        var message = Stanza.Message(Alice, Alice, "m", "chat");
        message.Element.Add(XElement.Parse(child));
        return Encryption.Of(message)?.Method;
    }

    private static TestCaseData Form<T>(string xml, Func<T, object> pick, object expected) where T : class, IPayload<T>
    {
        (object, XElement) RoundTrip(XElement form)
        {
            Assert.That(form.Name, Is.EqualTo(T.ElementName));
            var payload = T.Parse(form);
            Assert.That(payload, Is.Not.Null);
            return (pick(payload!), payload!.ToXml());
        }

        return new TestCaseData((Func<XElement, (object, XElement)>)RoundTrip, XElement.Parse(xml), expected).SetArgDisplayNames(xml);
    }

    // Namespace declarations are attributes for LINQ to XML; where they stand does not matter.
    private static XElement Plain(XElement element) =>
        new(element.Name, element.Attributes().Where(a => !a.IsNamespaceDeclaration),
            element.Nodes().Select(node => node is XElement child ? Plain(child) : node));
}
