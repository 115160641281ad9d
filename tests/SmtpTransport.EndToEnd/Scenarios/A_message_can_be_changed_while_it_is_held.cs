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
        var gateway = await StartGatewayAsync(configuration => configuration["Delivery:HoldFor"] = "00:00:20");
        var alice = await NewClientAsync();
        var bob = Contact("bob@mail.test");

        var first = alice.SendMessage(bob, "see you on Thursday", Request());
        await Patience.UntilAsync("it is held", async () => (await gateway.QueueAsync()).Count == 1);
        await gateway.KillAsync();
        await gateway.StartAsync();
        alice.SendMessage(bob, "at noon");
        var correction = alice.SendMessage(bob, "see you on Friday", Request(), Correct(first));
        alice.SendMessage(bob, "see you on Sunday", Correct(correction));

        var mail = await Sink.MailAsync("at noon", TimeSpan.FromMinutes(1));
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

    private static XElement Request() => new(Names.Receipts + "request");

    private static XElement Correct(string id) => new(XName.Get("replace", "urn:xmpp:message-correct:0"), new XAttribute("id", id));

    private static XElement Retract(string id) => new(XName.Get("retract", "urn:xmpp:message-retract:1"), new XAttribute("id", id));
}
