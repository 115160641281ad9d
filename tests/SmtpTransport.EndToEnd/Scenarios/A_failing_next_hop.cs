using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class A_failing_next_hop(ServerKind server) : Scenario(server)
{
    private static readonly XElement ReceiptWish = new(Names.Receipts + "request");

    [Test]
    public async Task Is_tried_again_and_the_receipt_comes_when_it_has_said_250()
    {
        var refusal = Sink.Answer("DOT", "451 4.3.0 Try later", times: 2);
        await StartGatewayAsync();
        var alice = await NewClientAsync();

        var id = alice.SendMessage(Contact("bob@mail.test"), "third time lucky", ReceiptWish);
        await Patience.UntilAsync("it was refused twice", () => refusal.Left == 0);
        var early = alice.Received.All.Any(stanza => ChatClient.IsReceipt(stanza, id)) && Sink.Mails.All.Count == 0;
        var mail = await Sink.MailAsync("third time lucky");
        var receipt = await alice.ReceiptAsync(id);

        Assert.Multiple(() =>
        {
            Assert.That(early, Is.False, "no receipt before the next hop has it");
            Assert.That((string?)receipt.Attribute("from"), Is.EqualTo(Contact("bob@mail.test")));
            Assert.That(Sink.Mails.All, Has.Count.EqualTo(1), mail.Text);
        });
    }

    [Test]
    public async Task Keeps_Message_ID_and_Date_in_every_attempt()
    {
        // The first attempt is taken and its answer lost: the second must be recognisable as the same mail.
        var drop = Sink.Answer("DOT", "", times: 1, drop: true);
        await StartGatewayAsync();
        var alice = await NewClientAsync();

        alice.SendMessage(Contact("bob@mail.test"), "again and again");

        var mail = (await Sink.MailAsync("again and again")).Parse();
        Assert.That(drop.Left, Is.Zero);
        Assert.That(mail.MessageId, Is.Not.Empty);
    }

    [Test]
    public async Task That_refuses_for_good_is_quoted_in_the_error()
    {
        Sink.Answer("RCPT", "550 5.1.1 No such user here, sorry", containing: "nobody@");
        await StartGatewayAsync();
        var alice = await NewClientAsync();
        var contact = Contact("nobody@mail.test");

        var id = alice.SendMessage(contact, "hello?", ReceiptWish);

        var stanza = await alice.ErrorAsync(id);
        var (type, condition, words) = Text.Error(stanza);
        Assert.Multiple(() =>
        {
            Assert.That((type, condition), Is.EqualTo(("cancel", "item-not-found")));
            Assert.That(words, Does.Contain("No such user here, sorry"));
            Assert.That(words, Does.Contain("5.1.1"));
            Assert.That((string?)stanza.Attribute("from"), Is.EqualTo(contact));
            Assert.That((string?)stanza.Attribute("to"), Is.EqualTo(alice.Jid));
            Assert.That(alice.Received.All.Any(received => ChatClient.IsReceipt(received, id)), Is.False);
        });
    }

    [Test]
    public async Task That_refuses_after_the_user_has_left_is_reported_as_a_message_too()
    {
        var refusal = Sink.Answer("RCPT", "451 4.3.0 Not now", containing: "slow@");
        await StartGatewayAsync(configuration => configuration["Delivery:GiveUpAfter"] = "00:00:03");
        var user = await NewUserAsync();
        var first = await LoginAsync(user, "laptop");

        first.SendMessage(Contact("slow@mail.test"), "are you there?");
        await Patience.UntilAsync("the next hop has refused", () => refusal.Left < int.MaxValue);
        await first.LogoutAsync();
        var second = await LoginAsync(user, "phone");

        var notice = await second.Received.WaitAsync(
            "the notice",
            stanza => stanza.Name == "message" && Text.Bare((string?)stanza.Attribute("from")) == Contact("slow@mail.test") && stanza.Element("body")?.Value.Contains("Not now", StringComparison.Ordinal) == true);
        Assert.That((string?)notice.Attribute("type"), Is.Not.EqualTo("error"));
    }

    [Test]
    public async Task That_does_not_answer_is_given_up_in_time()
    {
        var port = Loopback.FreePort();
        await StartGatewayAsync(configuration =>
        {
            configuration["Delivery:Relay"] = $"smtp://127.0.0.1:{port}";
            configuration["Delivery:GiveUpAfter"] = "00:00:03";
        });
        var alice = await NewClientAsync();

        var id = alice.SendMessage(Contact("bob@mail.test"), "nobody listens");

        var (type, condition, _) = Text.Error(await alice.ErrorAsync(id));
        Assert.That((type, condition), Is.EqualTo(("wait", "remote-server-timeout")));
    }
}
