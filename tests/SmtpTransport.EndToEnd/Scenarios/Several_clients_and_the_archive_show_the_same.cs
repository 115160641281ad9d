using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>A user with two clients, on a server that keeps an archive (XEP-0313) and copies what one of them sends (XEP-0280).</summary>
internal sealed class Several_clients_and_the_archive_show_the_same(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    protected override bool OwnServer => true;

    [Test]
    public async Task A_mail_and_the_answer_to_it_are_on_both_clients_and_in_the_archive()
    {
        var gateway = await StartGatewayAsync();
        var user = await NewUserAsync();
        var phone = await LoginAsync(user);
        var desk = await LoginAsync(user, "desk");
        foreach (var client in new[] { phone, desk })
            await client.QueryAsync(user, new XElement(Names.Carbons + "enable"), "set");

        await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, user, Text.Mail($"Bob Builder <{Bob}>", user, "Plan for Friday", "Shall we?"));
        var onPhone = await phone.MessageAsync("Shall we?");
        var onDesk = await desk.MessageAsync("Shall we?");
        var sent = phone.SendMessage(
            Contact(Bob),
            "Yes, let us.",
            new XElement("thread", onPhone.Element("thread")!.Value),
            new XElement(Names.Reply + "reply", new XAttribute("id", (string)onPhone.Attribute("id")!), new XAttribute("to", Contact(Bob))));
        var mail = (await Sink.MailAsync("Yes, let us.")).Parse();
        var copy = await desk.Received.WaitAsync("a copy of what the phone sent", stanza => stanza.Element(Names.Carbons + "sent") is not null);

        var (fromMail, toMail) = await ArchivedAsync(desk) is [var first, var second] ? (first, second) : throw new InvalidOperationException("Not two messages in the archive.");
        Assert.Multiple(() =>
        {
            Assert.That(mail.Subject, Is.EqualTo("Re: Plan for Friday"));
            Assert.That((string?)onDesk.Attribute("id"), Is.EqualTo((string?)onPhone.Attribute("id")));
            Assert.That((string?)copy.Descendants("message").Last().Attribute("id"), Is.EqualTo(sent));
            Assert.That((string?)fromMail.Attribute("id"), Is.EqualTo((string?)onPhone.Attribute("id")));
            Assert.That(Shown(fromMail), Is.EqualTo(Shown(onPhone)), "What was archived is what was seen.");
            Assert.That((string?)toMail.Attribute("id"), Is.EqualTo(sent));
            Assert.That((string?)toMail.Attribute("to"), Is.EqualTo(Contact(Bob)));
            Assert.That(toMail.Element("body")?.Value, Is.EqualTo("Yes, let us."));
        });
    }

    [Test]
    public async Task A_file_is_on_both_clients_and_in_the_archive()
    {
        var gateway = await StartGatewayAsync();
        var user = await NewUserAsync();
        var phone = await LoginAsync(user);
        var desk = await LoginAsync(user, "desk");
        var file = SentFile.Random("plan.pdf", 300_000);

        await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, user, MailWithFiles.Of(user, "Here it is.", file));
        await FileMessages.ArrivesAsync(phone, file);
        await FileMessages.ArrivesAsync(desk, file);

        var later = await LoginAsync(user, "tablet");
        var archived = await ArchivedAsync(later);
        Assert.That(archived.Select(Shown), Is.EqualTo(phone.Messages.Select(Shown)));
        Assert.That(await FileMessages.FetchAsync(archived[^1]), Is.EqualTo(file.Octets));
    }

    protected override XmppServer NewServer() => Kind == ServerKind.Prosody
        ? new ProsodyServer(1) { Archive = true, Uploads = new Uploads() }
        : new EjabberdServer(1) { Archive = true, Uploads = new Uploads() };

    /// <summary>What a client that comes later is given of the conversation, the oldest first.</summary>
    private async Task<IReadOnlyList<XElement>> ArchivedAsync(ChatClient client)
    {
        var form = new XElement(
            Names.DataForm + "x",
            new XAttribute("type", "submit"),
            Field("FORM_TYPE", Names.Archive.NamespaceName),
            Field("with", Contact(Bob)));
        await client.QueryAsync(client.BareJid, new XElement(Names.Archive + "query", new XAttribute("queryid", "q"), form), "set");
        return [.. client.Received.All.Select(stanza => stanza.Element(Names.Archive + "result")?.Element(Names.Forward + "forwarded")?.Element("message")).OfType<XElement>()];
    }

    private static XElement Field(string name, string value) =>
        new(Names.DataForm + "field", new XAttribute("var", name), new XElement(Names.DataForm + "value", value));

    /// <summary>What is not the server's own (XEP-0359 §3.3); the order of attributes and elements says nothing.</summary>
    private static string[] Shown(XElement message) => [.. message.Elements()
        .Where(child => child.Name != Names.StanzaIds + "stanza-id" && child.Name.LocalName != "archived")
        .Select(Sorted)
        .Order(StringComparer.Ordinal)];

    private static string Sorted(XElement element) =>
        $"{element.Name}({string.Join(' ', element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration).Select(attribute => attribute.ToString()).Order(StringComparer.Ordinal))})"
        + $"{{{string.Concat(element.Nodes().Select(node => node is XElement child ? Sorted(child) : node.ToString()))}}}";
}
