using System.Xml.Linq;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.XmppToMail;

internal sealed class MessageReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 15, 0, 0, TimeSpan.Zero);

    private static MessageReading Read(string children, string type = "chat", string id = "id='s1'") =>
        MessageReader.Read(Stanza.Parse(XElement.Parse($"""
            <message xmlns='jabber:client' from='alice@example.org/phone' to='bob%mail.test@smtp.example' type='{type}' {id}>{children}</message>
            """))!, Now);

    private static DraftLine Line(string children)
    {
        var reading = Read(children);
        Assert.That(reading, Is.TypeOf<MessageReading.Line>());
        return ((MessageReading.Line)reading).Draft;
    }

    private static StanzaError Refused(string children, string type = "chat")
    {
        var reading = Read(children, type);
        Assert.That(reading, Is.TypeOf<MessageReading.Refused>());
        return ((MessageReading.Refused)reading).Error;
    }

    [Test]
    public void A_message_becomes_a_line_with_all_that_a_mail_needs()
    {
        var line = Line("""
            <subject>Plan</subject><body>Hello</body><thread>t1</thread>
            <reply xmlns='urn:xmpp:reply:0' id='m0' to='bob%mail.test@smtp.example'/><request xmlns='urn:xmpp:receipts'/>
            """);

        Assert.That(line.Files, Is.Empty);
        Assert.That(line with { Files = [] }, Is.EqualTo(new DraftLine(
            "s1",
            new Jid("alice", "example.org", "phone"),
            new Jid("bob%mail.test", "smtp.example", ""),
            "Hello",
            "Plan",
            "t1",
            "m0",
            WantsReceipt: true,
            Now)));
    }

    [TestCase("<composing xmlns='http://jabber.org/protocol/chatstates'/>")]
    [TestCase("<received xmlns='urn:xmpp:receipts' id='m0'/>")]
    [TestCase("<displayed xmlns='urn:xmpp:chat-markers:0' id='m0'/>")]
    [TestCase("<subject>Only a subject</subject>")]
    [TestCase("<body/>")]
    [TestCase("<body> \n </body>")]
    [TestCase("<attention xmlns='urn:xmpp:attention:0'/>")]
    [TestCase("<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/></encrypted>")]
    public void What_carries_no_text_is_ignored(string children) => Assert.That(Read(children), Is.TypeOf<MessageReading.Ignored>());

    [TestCase("headline")]
    [TestCase("error")]
    public void Headlines_and_errors_are_ignored(string type) =>
        Assert.That(Read("<body>News</body>", type), Is.TypeOf<MessageReading.Ignored>());

    [TestCase("<encryption xmlns='urn:xmpp:eme:0' namespace='urn:xmpp:omemo:2'/><body>I sent you an OMEMO message</body>")]
    [TestCase("<encrypted xmlns='eu.siacs.conversations.axolotl'><header/><payload>x</payload></encrypted><body>I sent you</body>")]
    [TestCase("<encrypted xmlns='urn:xmpp:omemo:1'><payload/></encrypted>")]
    [TestCase("<encrypted xmlns='urn:xmpp:omemo:2'/><body>I sent you</body>")]
    [TestCase("<openpgp xmlns='urn:xmpp:openpgp:0'>x</openpgp><body>x</body>")]
    [TestCase("<x xmlns='jabber:x:encrypted'>x</x><body>x</body>")]
    [TestCase("<body>?OTRv23? Alice has requested</body>")]
    [TestCase("<body>?OTR:AAMC</body>")]
    [TestCase("<body>aesgcm://upload.example/x.jpg#0011</body>")]
    public void What_only_the_addressee_could_read_is_refused(string children)
    {
        var error = Refused(children);

        Assert.That((error.Condition, error.Type), Is.EqualTo(("not-acceptable", StanzaErrorType.Modify)));
        Assert.That(error.Text, Does.Contain("encrypt"));
    }

    [TestCase("<reactions xmlns='urn:xmpp:reactions:0' id='m0'/>", "not-acceptable")]
    [TestCase("<reactions xmlns='urn:xmpp:reactions:0'><reaction>👍</reaction></reactions><body>👍</body>", "not-acceptable")]
    [TestCase("<reactions xmlns='urn:xmpp:reactions:0' id='m0'><reaction>no emoji</reaction></reactions><body>👍</body>", "not-acceptable")]
    [TestCase("<reactions xmlns='urn:xmpp:reactions:0' id='m0'><reaction>\r\nBcc: victim@mail.test</reaction></reactions>", "not-acceptable")]
    [TestCase("<ephemeral xmlns='urn:xmpp:ephemeral:0' timer='60'/><body>Burn this</body>", "not-acceptable")]
    public void What_a_mail_cannot_do_is_refused(string children, string condition) =>
        Assert.That(Refused(children).Condition, Is.EqualTo(condition));

    [Test]
    public void A_contact_is_no_group_chat() => Assert.That(Refused("<body>Hi all</body>", "groupchat").Condition, Is.EqualTo("not-acceptable"));

    [Test]
    public void A_text_that_no_mail_should_hold_is_refused_not_cut() =>
        Assert.That(Refused($"<body>{new string('x', 200_001)}</body>").Condition, Is.EqualTo("policy-violation"));

    [TestCase("&gt; 😀 quoted\nAnswer", 0, 11, "Answer")]
    [TestCase("Answer 😀&gt; x", 8, 11, "Answer 😀")]
    [TestCase("Answer", 5, 2, "Answer")]
    public void The_quotation_of_a_reply_is_stripped_by_code_points(string body, int start, int end, string text)
    {
        foreach (var name in new[] { "urn:xmpp:fallback:0", "urn:xmpp:feature-fallback:0" })
            Assert.That(Line($"""
                <body>{body}</body><reply xmlns='urn:xmpp:reply:0' id='m0'/>
                <fallback xmlns='{name}' for='urn:xmpp:reply:0'><body start='{start}' end='{end}'/></fallback>
                """).Body, Is.EqualTo(text), name);
    }

    [TestCase("<body start='0' end='999'/>")]
    [TestCase("<body start='0'/>")]
    [TestCase("<body start='-1' end='x'/>")]
    [TestCase("")]
    public void A_quotation_that_would_be_all_of_the_message_loses_none_of_it(string range)
    {
        var line = Line($"<body>&gt; quoted\nAnswer</body><reply xmlns='urn:xmpp:reply:0' id='m0'/><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'>{range}</fallback>");

        Assert.That((line.Body, line.Quoted), Is.EqualTo(("> quoted\nAnswer", (string?)null)));
    }

    [Test]
    public void A_fallback_that_we_do_not_understand_is_text() =>
        Assert.That(Line("<body>See it</body><fallback xmlns='urn:xmpp:fallback:0' for='urn:example:0'/>").Body, Is.EqualTo("See it"));

    [Test]
    public void A_correction_names_what_it_takes_the_place_of()
    {
        var line = (MessageReading.Line)Read("<body>Friday</body><replace xmlns='urn:xmpp:message-correct:0' id='s0'/>");

        Assert.That((line.Draft.Body, line.Corrects), Is.EqualTo(("Friday", "s0")));
    }

    [TestCase("<retract xmlns='urn:xmpp:message-retract:1' id='s0'/>", "s0")]
    [TestCase("<retract xmlns='urn:xmpp:message-retract:1'/>", "")]
    [TestCase("<apply-to xmlns='urn:xmpp:fasten:0' id='s0'><retract xmlns='urn:xmpp:message-retract:0'/></apply-to><fallback xmlns='urn:xmpp:fallback:0'/>", "s0")]
    [TestCase("<apply-to xmlns='urn:xmpp:fasten:0'><retract xmlns='urn:xmpp:message-retract:0'/></apply-to>", "")]
    public void A_retraction_names_what_is_taken_back_and_its_excuse_is_no_text(string children, string id) =>
        Assert.That(Read(children + "<body>/me retracted</body>"), Is.EqualTo(new MessageReading.TakesBack(id)));

    [TestCase("<delay xmlns='urn:xmpp:delay' from='example.org' stamp='2026-11-22T10:00:00Z'/>", 10)]
    [TestCase("<delay xmlns='urn:xmpp:delay' stamp='2026-11-22T10:00:00Z'/>", 10)]
    [TestCase("<delay xmlns='urn:xmpp:delay' from='evil.example' stamp='2026-11-22T10:00:00Z'/>", 15)]
    [TestCase("<delay xmlns='urn:xmpp:delay' from='example.org' stamp='2027-01-01T10:00:00Z'/>", 15)]
    [TestCase("<delay xmlns='urn:xmpp:delay' from='example.org' stamp='yesterday'/>", 15)]
    public void The_users_own_server_says_when_it_was_written(string delay, int hour) =>
        Assert.That(Line("<body>Late</body>" + delay).WrittenAt, Is.EqualTo(new DateTimeOffset(2026, 11, 22, hour, 0, 0, TimeSpan.Zero)));

    [Test]
    public void A_message_without_an_id_can_ask_for_no_receipt()
    {
        var line = ((MessageReading.Line)Read("<body>x</body><request xmlns='urn:xmpp:receipts'/>", id: "")).Draft;

        Assert.That((line.StanzaId, line.WantsReceipt), Is.EqualTo(("", false)));
    }
}
