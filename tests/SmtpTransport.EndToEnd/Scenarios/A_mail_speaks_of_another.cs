using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>Reactions arrive as such, and who else has a mail is told.</summary>
internal sealed class A_mail_speaks_of_another(ServerKind server) : Scenario(server)
{
    private static readonly XNamespace Markers = "urn:xmpp:chat-markers:0";
    private static readonly XNamespace Reactions = "urn:xmpp:reactions:0";

    private const string Bob = "bob@mail.test";

    [Test]
    public async Task A_reaction_concerns_the_message_that_was_sent()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var id = alice.SendMessage(Contact(Bob), "Shall we?");
        var mail = (await Sink.MailAsync("Shall we?")).Parse();

        await SmtpConversation.MailAsync(
            gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Re:", "\U0001F44D", $"In-Reply-To: <{mail.MessageId}>", "Content-Disposition: reaction"));
        var reaction = await alice.Received.WaitAsync("a reaction", stanza => stanza.Element(Reactions + "reactions") is not null);

        Assert.That((string?)reaction.Element(Reactions + "reactions")!.Attribute("id"), Is.EqualTo(id));
        Assert.That(reaction.Element(Reactions + "reactions")!.Value, Is.EqualTo("\U0001F44D"));
    }

    [Test]
    public async Task A_reaction_from_Gmail_does_too()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var id = alice.SendMessage(Contact(Bob), "Shall we dance?");
        var mail = (await Sink.MailAsync("Shall we dance?")).Parse();

        await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Multipart(
            alice.BareJid,
            $"In-Reply-To: <{mail.MessageId}>",
            "multipart/alternative",
            ("text/plain; charset=utf-8", "\u2764\uFE0F\r\n\r\nBob reacted via Gmail"),
            ("text/vnd.google.email-reaction+json; charset=utf-8", """{"emoji":"\u2764\uFE0F","version":1}"""),
            ("text/html; charset=utf-8", "<div>\u2764\uFE0F</div><div>Bob reacted via <a href=\"https://www.google.com/gmail/about/\">Gmail</a></div>")));
        var reaction = await alice.Received.WaitAsync("a reaction", stanza => stanza.Element(Reactions + "reactions") is not null);

        Assert.That(((string?)reaction.Element(Reactions + "reactions")!.Attribute("id"), reaction.Element(Reactions + "reactions")!.Value), Is.EqualTo((id, "\u2764\uFE0F")));
        Assert.That(alice.Messages, Is.Empty, "and is not said in words as well");
    }

    [Test]
    public async Task A_reaction_to_what_nobody_knows_is_said_in_words()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();

        await SmtpConversation.MailAsync(
            gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Re:", "\U0001F44D", "In-Reply-To: <nobody@mail.test>", "Content-Disposition: reaction"));

        Assert.That((await alice.MessageAsync("\U0001F44D")).Element(Reactions + "reactions"), Is.Null);
    }

    [Test]
    public async Task A_read_receipt_marks_the_message_that_was_read()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var id = alice.SendMessage(Contact(Bob), "Have you read it?");
        var mail = (await Sink.MailAsync("Have you read it?")).Parse();

        var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, "", alice.BareJid, Multipart(
            alice.BareJid,
            "Auto-Submitted: auto-replied",
            "multipart/report; report-type=disposition-notification",
            ("text/plain", "Bob has read it."),
            ("message/disposition-notification", $"Final-Recipient: rfc822; {Bob}\r\nOriginal-Message-ID: <{mail.MessageId}>\r\nDisposition: manual-action/MDN-sent-manually; displayed")));
        var displayed = await alice.Received.WaitAsync("a marker", stanza => stanza.Element(Markers + "displayed") is not null);

        Assert.That(reply.Code, Is.EqualTo(250), reply.Text);
        Assert.That((string?)displayed.Element(Markers + "displayed")!.Attribute("id"), Is.EqualTo(id));
        Assert.That(Text.Bare((string?)displayed.Attribute("from")), Is.EqualTo(Contact(Bob)));
        Assert.That(alice.Messages, Is.Empty);
    }

    [Test]
    public async Task Who_else_has_a_mail_is_told()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();

        await SmtpConversation.MailAsync(
            gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Dinner", "Who comes?", "Cc: Dave <dave@other.test>"));
        var message = await alice.MessageAsync("Who comes?");

        Assert.That(
            message.Element(Names.Addresses + "addresses")!.Elements().Select(address => ((string?)address.Attribute("type"), (string?)address.Attribute("jid"), (string?)address.Attribute("delivered"))),
            Is.EqualTo(new[] { ("to", alice.BareJid, "true"), ("cc", Contact("dave@other.test"), "true") }));
        Assert.That(message.Element("body")!.Value, Does.EndWith("[Also to: Dave <dave@other.test>]"));
    }

    private static string Multipart(string to, string header, string type, params (string Type, string Content)[] parts) => string.Concat(
        $"From: Bob <{Bob}>\r\nTo: {to}\r\nSubject: Re:\r\nMessage-ID: <{Text.Unique()}@mail.test>\r\n{header}\r\nMIME-Version: 1.0\r\nContent-Type: {type}; boundary=b\r\n\r\n",
        string.Concat(parts.Select(part => $"--b\r\nContent-Type: {part.Type}\r\n\r\n{part.Content}\r\n\r\n")),
        "--b--\r\n");
}
