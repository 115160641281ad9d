using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class A_message_can_be_changed_while_it_is_held(ServerKind server) : Scenario(server)
{
    [Test]
    public async Task Lines_join_a_correction_edits_and_a_retraction_cancels()
    {
        await StartGatewayAsync(configuration => configuration["Delivery:HoldFor"] = "00:00:04");
        var alice = await NewClientAsync();
        var (bob, carol) = (Contact("bob@mail.test"), Contact("carol@mail.test"));

        var never = alice.SendMessage(carol, "never mind");
        var first = alice.SendMessage(bob, "Subject: Plan\nsee you on Thursday", Request());
        var second = alice.SendMessage(bob, "at noon", Request());
        alice.SendMessage(bob, "see you on Friday", new XElement(XName.Get("replace", "urn:xmpp:message-correct:0"), new XAttribute("id", first)));
        alice.SendMessage(carol, "/me retracted", Retract(never));

        await alice.MessageAsync("not sent");
        var mail = await Sink.MailAsync("at noon");
        Assert.That(mail.Parse().TextBody!.ReplaceLineEndings("\n").TrimEnd(), Is.EqualTo("see you on Friday\n\nat noon"));
        await alice.ReceiptAsync(first);
        await alice.ReceiptAsync(second);
        var late = alice.SendMessage(bob, "/me retracted", Retract(first));
        Assert.That((await alice.ErrorAsync(late)).Descendants().Select(element => element.Name.LocalName), Does.Contain("not-allowed"));
        Assert.That(Sink.Mails.All, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_message_to_the_gateway_goes_to_several_people_as_one_mail()
    {
        await StartGatewayAsync();
        var alice = await NewClientAsync();
        var gateway = Contact("bob@mail.test").Split('@')[1];

        var lines = alice.SendMessage(gateway, "To: bob@mail.test, carol@mail.test\nBcc: dave@mail.test\nSubject: Plan\n\nby header lines", Request());
        var byLines = await Sink.MailAsync("by header lines");
        await alice.ReceiptAsync(lines);
        var addresses = alice.SendMessage(gateway, "by addresses", Request(), Addresses(("to", "bob@mail.test"), ("cc", "carol@mail.test"), ("bcc", "dave@mail.test")));
        var byAddresses = await Sink.MailAsync("by addresses");
        await alice.ReceiptAsync(addresses);

        Assert.Multiple(() =>
        {
            Assert.That(byLines.Parse().Subject, Is.EqualTo("Plan"));
            Assert.That(byLines.Parse().To.Mailboxes.Select(mailbox => mailbox.Address), Is.EqualTo(new[] { "bob@mail.test", "carol@mail.test" }));
            Assert.That(byAddresses.Parse().Cc.Mailboxes.Single().Address, Is.EqualTo("carol@mail.test"));
            foreach (var mail in new[] { byLines, byAddresses })
            {
                Assert.That(mail.Recipients, Is.EquivalentTo(new[] { "bob@mail.test", "carol@mail.test", "dave@mail.test" }));
                Assert.That(mail.Text, Does.Not.Contain("dave"));
            }
        });
    }

    private static XElement Request() => new(XName.Get("request", "urn:xmpp:receipts"));

    private static XElement Retract(string id) => new(XName.Get("retract", "urn:xmpp:message-retract:1"), new XAttribute("id", id));

    private XElement Addresses(params (string Type, string Mailbox)[] all)
    {
        var ns = XNamespace.Get("http://jabber.org/protocol/address");
        return new XElement(ns + "addresses", all.Select(address =>
            new XElement(ns + "address", new XAttribute("type", address.Type), new XAttribute("jid", Contact(address.Mailbox)))));
    }
}
