using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>Six messages, in turns from a mail client and a chat client, neither of them ours.</summary>
internal sealed class A_long_exchange_stays_one_thread(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    [Test]
    public async Task Each_side_sees_every_message_under_the_one_that_it_answers([Values("answer", "answer-plainly")] string how)
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var bob = new MailClient($"Bob Builder <{Bob}>", gateway.SmtpPort);

        await bob.WriteAsync(alice.BareJid, "Plan for Friday", "one");
        var one = await alice.MessageAsync("one");
        var two = await AnswerAsync(alice, one, "two");
        bob.Receive(await Sink.MailAsync("two"));
        await bob.AnswerAsync("three", how);
        var three = await alice.MessageAsync("three");
        var four = await AnswerAsync(alice, three, "four");
        bob.Receive(await Sink.MailAsync("four"));
        await bob.AnswerAsync("five", how);
        var five = await alice.MessageAsync("five");
        await AnswerAsync(alice, five, "six");
        bob.Receive(await Sink.MailAsync("six"));

        Assert.That(await bob.ThreadsAsync(), Is.EqualTo(["0 one", "1 two", "2 three", "3 four", "4 five", "5 six"]));
        Assert.Multiple(() =>
        {
            Assert.That(alice.Messages.Select(message => message.Element("thread")?.Value).Distinct().Count(), Is.EqualTo(1));
            Assert.That(Answered(one), Is.Null);
            Assert.That(Answered(three), Is.EqualTo((two, alice.BareJid)));
            Assert.That(Answered(five), Is.EqualTo((four, alice.BareJid)));
            Assert.That(alice.Messages.Count(message => message.Element("body")!.Value.StartsWith("Plan for Friday", StringComparison.Ordinal)), Is.EqualTo(1), "The subject is said once.");
            Assert.That(Sink.Mails.All.Select(mail => mail.Parse().Subject), Is.All.EqualTo("Re: Plan for Friday"));
        });
    }

    /// <summary>As Dino and Gajim answer: with the answered words in the body, marked as fallback (XEP-0461 §3).</summary>
    private static async Task<string> AnswerAsync(ChatClient client, XElement message, string text)
    {
        var quote = $"> {message.Element("body")!.Value.Split('\n')[0]}\n";
        var id = client.SendMessage(
            (string)message.Attribute("from")!,
            quote + text,
            new XElement("thread", message.Element("thread")!.Value),
            new XElement(Names.Reply + "reply", new XAttribute("id", (string)message.Element(Names.StanzaIds + "origin-id")!.Attribute("id")!), new XAttribute("to", (string)message.Attribute("from")!)),
            new XElement(Names.Fallback + "fallback", new XAttribute("for", Names.Reply), new XElement(Names.Fallback + "body", new XAttribute("start", 0), new XAttribute("end", quote.Length))));
        await client.QueryAsync((string)message.Attribute("from")!, new XElement(Names.Ping + "ping"));
        return id;
    }

    private static (string? Id, string? To)? Answered(XElement message) =>
        message.Element(Names.Reply + "reply") is { } reply ? ((string?)reply.Attribute("id"), Text.Bare((string?)reply.Attribute("to"))) : null;
}
