using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>Reactions arrive as such, and who else has a mail is told.</summary>
internal sealed class A_mail_speaks_of_another(ServerKind server) : Scenario(server)
{
    private static readonly XNamespace Markers = "urn:xmpp:chat-markers:0";
    private static readonly XNamespace Reactions = "urn:xmpp:reactions:0";
    private static readonly XNamespace Address = "http://jabber.org/protocol/address";

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
    public async Task Who_else_has_a_mail_is_told()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();

        await SmtpConversation.MailAsync(
            gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Dinner", "Who comes?", "Cc: Dave <dave@other.test>"));
        var message = await alice.MessageAsync("Who comes?");

        Assert.That(
            message.Element(Address + "addresses")!.Elements().Select(address => ((string?)address.Attribute("type"), (string?)address.Attribute("jid"), (string?)address.Attribute("delivered"))),
            Is.EqualTo(new[] { ("to", alice.BareJid, "true"), ("cc", Contact("dave@other.test"), "true") }));
        Assert.That(message.Element("body")!.Value, Does.EndWith("[Also to: Dave <dave@other.test>]"));
    }
}
