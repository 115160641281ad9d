using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>Chat to mail to chat: two XMPP servers of different kinds, each with its gateway, and nothing but SMTP between them.</summary>
internal sealed class Two_gateways_are_as_one_conversation(ServerKind server) : Scenario(server)
{
    private const string Elsewhere = "other.test";

    private ChatClient alice = null!;
    private ChatClient dave = null!;

    /// <summary>What alice calls dave, and he her.</summary>
    private string DaveToAlice => Contact(dave.BareJid);

    private string AliceToDave => Text.Contact(alice.BareJid, $"smtp1.{Elsewhere}");

    protected override bool OwnServer => true;

    protected override XmppServer NewServer() => XmppServer.Create(Kind, uploads: new Uploads());

    [Test]
    public async Task Text_thread_and_replies_come_through()
    {
        await StartAsync();
        const string Words = "Grüße, Dave!\n\n  indented\n> not a quotation of anything\n*stars* and -- dashes\n.\n👋🏽 bye";

        var first = await SendAsync(alice, DaveToAlice, Words, new XElement("thread", "of-alice"));
        var seen = await dave.MessageAsync("Grüße");
        var second = await ReplyAsync(dave, AliceToDave, seen, "Back to you.");
        var heard = await alice.MessageAsync("Back to you.");
        await ReplyAsync(alice, DaveToAlice, heard, "And once more.");
        var end = await dave.MessageAsync("And once more.");

        Assert.Multiple(() =>
        {
            Assert.That(seen.Element("body")!.Value, Is.EqualTo(Words));
            Assert.That(Text.Bare((string?)seen.Attribute("from")), Is.EqualTo(AliceToDave));
            Assert.That(heard.Element("thread")?.Value, Is.EqualTo("of-alice"));
            Assert.That(Answered(heard), Is.EqualTo(first));
            Assert.That(end.Element("thread")?.Value, Is.EqualTo(seen.Element("thread")!.Value));
            Assert.That(Answered(end), Is.EqualTo(second));
        });
    }

    [Test]
    public async Task Reactions_come_through_both_ways()
    {
        await StartAsync();
        var first = await SendAsync(alice, DaveToAlice, "Shall we?");
        var seen = await dave.MessageAsync("Shall we?");

        React(dave, AliceToDave, (string)seen.Attribute("id")!, "👍🏽");
        var one = await ReactionAsync(alice);
        var second = await ReplyAsync(dave, AliceToDave, seen, "At ten.");
        var heard = await alice.MessageAsync("At ten.");
        React(alice, DaveToAlice, (string)heard.Attribute("id")!, "❤️", "🎉");
        var two = await ReactionAsync(dave);

        Assert.Multiple(() =>
        {
            Assert.That(one, Is.EqualTo((first, "👍🏽")));
            Assert.That(two, Is.EqualTo((second, "❤️ 🎉")));
            Assert.That(alice.Messages.Count() + dave.Messages.Count(), Is.EqualTo(2), "A reaction is no text.");
        });
    }

    [Test]
    public async Task Files_come_through_byte_by_byte()
    {
        await StartAsync();
        SentFile photos = SentFile.Random("Fotos-für-Oma.zip", 3_000_000), plan = SentFile.Random("plan.pdf", 1234);

        var link = await ChatUpload.UploadAsync(alice, photos.Name, photos.Octets);
        await SendAsync(alice, DaveToAlice, link, ChatUpload.OutOfBand(link));
        await FileMessages.ArrivesAsync(dave, photos);
        link = await ChatUpload.UploadAsync(dave, plan.Name, plan.Octets);
        await SendAsync(dave, AliceToDave, link, ChatUpload.OutOfBand(link));
        await FileMessages.ArrivesAsync(alice, plan);

        Assert.That(
            dave.Messages.Concat(alice.Messages).Select(message => message.Element("body")!.Value),
            Has.None.Contains(link),
            "Each of them is given the file by their own server.");
    }

    private async Task StartAsync()
    {
        var other = Keep(Kind == ServerKind.Prosody ? new EjabberdServer(1) { Host = Elsewhere, Uploads = new Uploads() } : (XmppServer)new ProsodyServer(1) { Host = Elsewhere, Uploads = new Uploads() });
        await other.StartAsync();
        var here = NewConfiguration();
        var there = NewGateway(new GatewayConfiguration(WorkFolder.Create("gateway"), other.Slots[0], here.SmtpPort));
        here["Delivery:Relay"] = $"smtp://127.0.0.1:{there.SmtpPort}";
        await Task.WhenAll(NewGateway(here).StartAsync(), there.StartAsync());
        alice = await NewClientAsync();
        dave = Keep(await Peers.Chat.LoginAsync(other, await other.AddUserAsync("dave")));
    }

    /// <summary>The receipt says that the other gateway has it: nobody reads faster than that.</summary>
    private static async Task<string> SendAsync(ChatClient client, string to, string text, params XElement[] more)
    {
        var id = client.SendMessage(to, text, [new XElement(Names.Receipts + "request"), .. more]);
        await client.ReceiptAsync(id, TimeSpan.FromMinutes(1));
        return id;
    }

    private static Task<string> ReplyAsync(ChatClient client, string to, XElement message, string text) => SendAsync(
        client,
        to,
        text,
        new XElement("thread", message.Element("thread")!.Value),
        new XElement(Names.Reply + "reply", new XAttribute("id", (string)message.Attribute("id")!), new XAttribute("to", to)));

    private static void React(ChatClient client, string to, string id, params string[] emojis) => client.Send(new XElement(
        "message",
        new XAttribute("to", to),
        new XAttribute("type", "chat"),
        new XAttribute("id", Text.Unique()),
        new XElement(Names.Reactions + "reactions", new XAttribute("id", id), emojis.Select(emoji => new XElement(Names.Reactions + "reaction", emoji)))));

    private static async Task<(string? Id, string Emojis)> ReactionAsync(ChatClient client)
    {
        var stanza = await client.Received.WaitAsync("a reaction", stanza => stanza.Element(Names.Reactions + "reactions") is not null);
        var reactions = stanza.Element(Names.Reactions + "reactions")!;
        return ((string?)stanza.Attribute("type") == "error" ? stanza.ToString() : (string?)reactions.Attribute("id"), string.Join(' ', reactions.Elements().Select(reaction => reaction.Value)));
    }

    private static string? Answered(XElement message) => (string?)message.Element(Names.Reply + "reply")?.Attribute("id");
}
