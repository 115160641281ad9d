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
        alice.SendMessage(bob, "see you on Friday", Correct(first));
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
    public async Task What_is_held_survives_a_kill_and_each_line_begins_the_quiet_period_anew()
    {
        var gateway = await StartGatewayAsync(configuration => configuration["Delivery:HoldFor"] = "00:00:06");
        var alice = await NewClientAsync();
        var bob = Contact("bob@mail.test");

        var first = alice.SendMessage(bob, "see you on Thursday", Request());
        await Patience.UntilAsync("it is held", async () => (await gateway.QueueAsync()).Count == 1);
        await gateway.KillAsync();
        await gateway.StartAsync();
        alice.SendMessage(bob, "at noon");
        var correction = alice.SendMessage(bob, "see you on Friday", Request(), Correct(first));
        alice.SendMessage(bob, "see you on Sunday", Correct(correction));

        var mail = await Sink.MailAsync("at noon");
        await alice.ReceiptAsync(first);
        Assert.That(mail.Parse().TextBody!.ReplaceLineEndings("\n").TrimEnd(), Is.EqualTo("see you on Sunday\n\nat noon"));
        Assert.That((Sink.Mails.All.Count, alice.Received.All.Count(stanza => stanza.Element(Names.Receipts + "received") is not null)), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_retraction_of_an_older_client_cancels_too_and_its_excuse_is_not_mailed()
    {
        await StartGatewayAsync(configuration => configuration["Delivery:HoldFor"] = "00:00:04");
        var alice = await NewClientAsync();

        var never = alice.SendMessage(Contact("bob@mail.test"), "never mind");
        alice.SendMessage(
            Contact("bob@mail.test"),
            "This person attempted to retract a previous message, but your client does not support it.",
            new XElement(XName.Get("apply-to", "urn:xmpp:fasten:0"), new XAttribute("id", never), new XElement(XName.Get("retract", "urn:xmpp:message-retract:0"))));
        await alice.MessageAsync("not sent");
        alice.SendMessage(Contact("carol@mail.test"), "the end");
        await Sink.MailAsync("the end");

        Assert.That(Sink.Mails.All, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Each_of_several_has_a_result_of_its_own_and_one_that_failed_means_no_receipt()
    {
        await StartGatewayAsync();
        var alice = await NewClientAsync();
        var gateway = Contact("bob@mail.test").Split('@')[1];
        Sink.Answer("RCPT", "550 5.1.1 No such ghost", containing: "ghost");

        var sent = alice.SendMessage(gateway, "To: bob@mail.test, ghost1@mail.test\nBcc: ghost2@mail.test\n\nto several", Request());
        await alice.Received.WaitAsync("an error for the second", stanza => IsError(stanza, sent, "ghost1@mail.test"));
        var error = await alice.Received.WaitAsync("an error for the third", stanza => IsError(stanza, sent, "ghost2@mail.test"));
        var later = alice.SendMessage(gateway, "To: bob@mail.test\n\nthe end", Request());
        await alice.ReceiptAsync(later);

        Assert.That((await Sink.MailAsync("to several")).Recipients, Is.EqualTo(new[] { "bob@mail.test" }));
        Assert.That(error.Descendants().Select(element => element.Name.LocalName), Does.Contain("item-not-found"));
        Assert.That(alice.Received.All.Count(stanza => (string?)stanza.Attribute("type") == "error"), Is.EqualTo(2));
        Assert.That(alice.Received.All.Any(stanza => ChatClient.IsReceipt(stanza, sent)), Is.False);
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

    private static XElement Correct(string id) => new(XName.Get("replace", "urn:xmpp:message-correct:0"), new XAttribute("id", id));

    private static bool IsError(XElement stanza, string id, string recipient) =>
        (string?)stanza.Attribute("id") == id && stanza.Descendants(Names.StanzaErrors + "text").Any(text => text.Value.StartsWith($"To {recipient}: ", StringComparison.Ordinal));

    private static XElement Retract(string id) => new(XName.Get("retract", "urn:xmpp:message-retract:1"), new XAttribute("id", id));

    private XElement Addresses(params (string Type, string Mailbox)[] all)
    {
        var ns = XNamespace.Get("http://jabber.org/protocol/address");
        return new XElement(ns + "addresses", all.Select(address =>
            new XElement(ns + "address", new XAttribute("type", address.Type), new XAttribute("jid", Contact(address.Mailbox)))));
    }
}
