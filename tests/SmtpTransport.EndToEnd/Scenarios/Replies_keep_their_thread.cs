using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class Replies_keep_their_thread(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    [Test]
    public async Task A_mail_a_reply_from_chat_and_the_answer_to_it_are_one_conversation()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var messageId = Text.Unique("first") + "@mail.test";

        await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Text.Mail("Bob Builder <bob@mail.test>", alice.BareJid, "Plan for Friday", "Shall we?", $"Message-ID: <{messageId}>"));
        var first = await alice.MessageAsync("Shall we?");
        var thread = first.Element("thread")!.Value;
        Assert.That(first.Element(Names.Nick + "nick")?.Value, Is.EqualTo("Bob Builder"));

        var id = alice.SendMessage(
            Contact(Bob),
            "Yes, let us.",
            new XElement("thread", thread),
            new XElement(Names.Reply + "reply", new XAttribute("id", (string)first.Attribute("id")!), new XAttribute("to", (string)first.Attribute("from")!)));
        var answer = (await Sink.MailAsync("Yes, let us.")).Parse();
        Assert.Multiple(() =>
        {
            Assert.That(answer.InReplyTo, Is.EqualTo(messageId));
            Assert.That(answer.References, Does.Contain(messageId));
            Assert.That(answer.Subject, Is.EqualTo("Re: Plan for Friday"));
            Assert.That(answer.Headers["Jabber-ID"], Does.Contain(alice.BareJid));
            Assert.That(answer.To.Mailboxes.Single().Address, Is.EqualTo(Bob));
            Assert.That(answer.MessageId, Is.Not.Empty);
        });

        await SmtpConversation.MailAsync(
            gateway.SmtpPort,
            Bob,
            alice.BareJid,
            Text.Mail(Bob, alice.BareJid, "Re: Plan for Friday", "See you there.", $"In-Reply-To: <{answer.MessageId}>", $"References: <{messageId}> <{answer.MessageId}>"));
        var second = await alice.MessageAsync("See you there.");
        Assert.Multiple(() =>
        {
            Assert.That(second.Element("thread")?.Value, Is.EqualTo(thread));
            Assert.That((string?)second.Element(Names.Reply + "reply")?.Attribute("id"), Is.EqualTo(id));
            Assert.That(second.Element("body")!.Value, Does.Not.StartWith("Re:"), "The subject has not changed.");
        });
    }

    [Test]
    public async Task The_subject_stands_in_the_first_line_where_it_is_new()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();

        await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "News", "All is well."));

        var message = await alice.MessageAsync("All is well.");
        Assert.That(message.Element("body")!.Value, Does.StartWith("News\n"));
        Assert.That(message.Elements(Names.Fallback + "fallback"), Is.Not.Empty);
    }

    [Test]
    public async Task A_conversation_that_starts_in_chat_keeps_its_messages_together()
    {
        await StartGatewayAsync();
        var alice = await NewClientAsync();

        alice.SendMessage(Contact(Bob), "first line", new XElement("subject", "From the chat"));
        var first = (await Sink.MailAsync("first line")).Parse();
        alice.SendMessage(Contact(Bob), "second line");
        var second = (await Sink.MailAsync("second line")).Parse();

        Assert.That(first.Subject, Is.EqualTo("From the chat"));
        Assert.That(second.Subject, Does.EndWith("From the chat"));
        Assert.That(second.References, Does.Contain(first.MessageId));
    }
}
