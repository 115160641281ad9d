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
