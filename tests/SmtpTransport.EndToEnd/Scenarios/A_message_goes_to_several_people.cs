using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>A message to the gateway itself: XEP-0033, or lines at its start.</summary>
internal sealed class A_message_goes_to_several_people(ServerKind server) : Scenario(server)
{
    [Test]
    public async Task By_header_lines_or_addresses_as_one_mail()
    {
        await StartGatewayAsync();
        var alice = await NewClientAsync();

        var lines = alice.SendMessage(Domain, "To: bob@mail.test, carol@mail.test\nBcc: dave@mail.test\nSubject: Plan\n\nby header lines", Request());
        var byLines = await Sink.MailAsync("by header lines");
        await alice.ReceiptAsync(lines);
        var addresses = alice.SendMessage(Domain, "by addresses", Request(), Addresses(("to", "bob@mail.test"), ("cc", "carol@mail.test"), ("bcc", "dave@mail.test")));
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

    [Test]
    public async Task Each_has_a_result_of_its_own_and_one_that_failed_means_no_receipt()
    {
        await StartGatewayAsync();
        var alice = await NewClientAsync();
        Sink.Answer("RCPT", "550 5.1.1 No such ghost", containing: "ghost");

        var sent = alice.SendMessage(Domain, "To: bob@mail.test, ghost1@mail.test\nBcc: ghost2@mail.test\n\nto several", Request());
        await alice.Received.WaitAsync("an error for the second", stanza => IsError(stanza, sent, "ghost1@mail.test"));
        var error = await alice.Received.WaitAsync("an error for the third", stanza => IsError(stanza, sent, "ghost2@mail.test"));
        var later = alice.SendMessage(Domain, "To: bob@mail.test\n\nthe end", Request());
        await alice.ReceiptAsync(later);

        Assert.That((await Sink.MailAsync("to several")).Recipients, Is.EqualTo(new[] { "bob@mail.test" }));
        Assert.That(error.Descendants().Select(element => element.Name.LocalName), Does.Contain("item-not-found"));
        Assert.That(alice.Received.All.Count(stanza => (string?)stanza.Attribute("type") == "error"), Is.EqualTo(2));
        Assert.That(alice.Received.All.Any(stanza => ChatClient.IsReceipt(stanza, sent)), Is.False);
    }

    private static XElement Request() => new(Names.Receipts + "request");

    private static bool IsError(XElement stanza, string id, string recipient) =>
        (string?)stanza.Attribute("id") == id && stanza.Descendants(Names.StanzaErrors + "text").Any(text => text.Value.StartsWith($"To {recipient}: ", StringComparison.Ordinal));

    private XElement Addresses(params (string Type, string Mailbox)[] all) => new(Names.Addresses + "addresses", all.Select(address =>
        new XElement(Names.Addresses + "address", new XAttribute("type", address.Type), new XAttribute("jid", Contact(address.Mailbox)))));
}
