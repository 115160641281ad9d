using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>An answer to everybody who has a mail, from clients that know of it (XEP-0033 §7) and from those that do not.</summary>
internal sealed class All_are_answered(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    [Test]
    public async Task With_the_addresses_that_came_with_the_mail()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var message = await DinnerAsync(gateway, alice);

        // XEP-0033 §7: as they came, not delivered, with the sender among them; this client forgets to leave out its user.
        var all = new XElement(message.Element(Names.Addresses + "addresses")!);
        all.Elements().Attributes("delivered").Remove();
        all.Add(new XElement(Names.Addresses + "address", new XAttribute("type", "to"), new XAttribute("jid", Contact(Bob))));
        alice.SendMessage(Domain, "I am in.", all, message.Element("thread")!);

        await AnsweredAsync("I am in.");
    }

    [Test]
    public async Task With_the_lines_that_a_person_reads()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var message = await DinnerAsync(gateway, alice);
        var others = message.Element("body")!.Value.Split('\n').Single(line => line.StartsWith("[Also to: ", StringComparison.Ordinal))["[Also to: ".Length..^1];

        alice.SendMessage(Domain, $"To: {Bob}\nCc: {others}\n\nSo am I.");

        await AnsweredAsync("So am I.");
    }

    [Test]
    public async Task Also_when_one_of_them_is_a_user_here()
    {
        var gateway = await StartGatewayAsync();
        var (alice, carol) = (await NewClientAsync(), await NewClientAsync("carol"));
        await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(
            $"Bob <{Bob}>", $"{alice.BareJid}, {carol.BareJid}", "Dinner", "Who comes?", "Message-ID: <dinner@mail.test>"));
        var all = new XElement((await alice.MessageAsync("Who comes?")).Element(Names.Addresses + "addresses")!);
        all.Elements().Attributes("delivered").Remove();
        all.Add(new XElement(Names.Addresses + "address", new XAttribute("type", "to"), new XAttribute("jid", Contact(Bob))));

        var id = alice.SendMessage(Domain, "Carol and I are in.", all, new XElement(Names.Receipts + "request"));

        var mail = await Sink.MailAsync("Carol and I are in.");
        var message = await carol.MessageAsync("Carol and I are in.");
        await alice.ReceiptAsync(id);
        Assert.That(mail.Recipients, Is.EqualTo(new[] { Bob }));
        Assert.That(mail.Parse().To.Mailboxes.Select(mailbox => mailbox.Address), Is.EquivalentTo(new[] { Bob, carol.BareJid }));
        Assert.That(message.Element("body")!.Value, Does.Not.Contain("verified"));
        Assert.That(Text.Bare((string?)message.Attribute("from")), Is.EqualTo(Contact(alice.BareJid)));
    }

    [Test]
    public async Task Except_for_one_whom_the_server_does_not_know()
    {
        await StartGatewayAsync();
        var alice = await NewClientAsync();

        var id = alice.SendMessage(Domain, $"To: {Bob}\nCc: ghost@{alice.BareJid.Split('@')[1]}\n\nIs anybody there?", new XElement(Names.Receipts + "request"));

        var (type, condition, words) = Text.Error(await alice.ErrorAsync(id));
        Assert.That((type, condition), Is.EqualTo(("cancel", "item-not-found")));
        Assert.That(words, Does.StartWith("To ghost@"));
        Assert.That((await Sink.MailAsync("Is anybody there?")).Recipients, Is.EqualTo(new[] { Bob }));
    }

    private static async Task<XElement> DinnerAsync(GatewayProcess gateway, ChatClient alice)
    {
        await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(
            $"Bob <{Bob}>", alice.BareJid, "Dinner", "Who comes?", "Cc: Dave <dave@other.test>, eve@other.test", "Message-ID: <dinner@mail.test>"));
        return await alice.MessageAsync("Who comes?");
    }

    private async Task AnsweredAsync(string text)
    {
        var answer = await Sink.MailAsync(text);
        var mail = answer.Parse();
        Assert.Multiple(() =>
        {
            Assert.That(mail.To.Mailboxes.Select(mailbox => mailbox.Address), Is.EqualTo(new[] { Bob }));
            Assert.That(mail.Cc.Mailboxes.Select(mailbox => mailbox.Address), Is.EqualTo(new[] { "dave@other.test", "eve@other.test" }));
            Assert.That(mail.InReplyTo, Is.EqualTo("dinner@mail.test"));
            Assert.That(mail.Subject, Is.EqualTo("Re: Dinner"));
        });
    }
}
