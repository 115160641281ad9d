using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>
/// A mail server misbehaves in every way there is, once each. Each message is read, comes to no harm, and is in the end taken by that very
/// server, once and whole; only then its user has the receipt.
/// </summary>
internal sealed class A_next_hop_with_every_fault(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    private static readonly (string Name, Func<MailSink, SinkRule> Make)[] Faults =
    [
        ("disconnect in the greeting", sink => sink.Answer("GREETING", "", times: 1, drop: true)),
        ("5xx greeting", sink => sink.Answer("GREETING", "554 5.7.1 Not you", times: 1, drop: true)),
        ("421 greeting", sink => sink.Answer("GREETING", "421 4.3.2 Not now", times: 1, drop: true)),
        ("greeting that is none", sink => sink.Answer("GREETING", "HTTP/1.1 400 Bad Request", times: 1, drop: true)),
        ("disconnect in EHLO", sink => sink.Answer("EHLO", "", times: 1, drop: true)),
        ("endless reply of many lines", sink => sink.Answer("EHLO", string.Join("\r\n", Enumerable.Repeat("250-and so on", 50_000)), times: 1)),
        ("line without end", sink => sink.Answer("MAIL", "250 " + new string('x', 1_000_000), times: 1)),
        ("garbage for the TLS handshake", sink => sink.Answer("STARTTLS", "220 2.0.0 Go ahead\r\nThis is no TLS at all", times: 1, drop: true)),
        ("refused STARTTLS", sink => sink.Answer("STARTTLS", "454 4.7.0 Not now", times: 1)),
        ("disconnect in MAIL FROM", sink => sink.Answer("MAIL", "", times: 1, drop: true)),
        ("disconnect in RCPT", sink => sink.Answer("RCPT", "", times: 1, drop: true)),
        ("421 in the middle of a pipeline", sink => sink.Answer("RCPT", "421 4.3.2 Going down", times: 1, drop: true)),
        ("354 though the RCPT was refused", sink => sink.Answer("RCPT", "450 4.2.0 Later", times: 1)),
        ("552 to RCPT", sink => sink.Answer("RCPT", "552 5.5.3 Too many recipients", times: 1)),
        ("disconnect in DATA", sink => sink.Answer("DATA", "", times: 1, drop: true)),
        ("4xx to DATA", sink => sink.Answer("DATA", "451 4.3.0 Disk trouble", times: 1)),
        ("2xx to DATA", sink => sink.Answer("DATA", "250 2.0.0 Fine", times: 1, drop: true)),
        ("disconnect in the content", sink => sink.Answer("CONTENT", "", times: 1, drop: true)),
        ("no reply to the dot", sink => sink.Answer("DOT", "", times: 1, drop: true)),
        ("4xx to the dot", sink => sink.Answer("DOT", "451 4.3.0 Disk trouble", times: 1)),
        ("421 to the dot", sink => sink.Answer("DOT", "421 4.3.2 Going down", times: 1, drop: true)),
        ("reply octet by octet", sink => sink.Answer("RCPT", "450 4.2.0 Later", times: 1, octetByOctet: true)),
        ("code without text", sink => sink.Answer("RCPT", "450", times: 1)),
        ("NUL in a reply", sink => sink.Answer("RCPT", "450 4.2.0 No\0t n\0w", times: 1)),
        ("code of no meaning", sink => sink.Answer("RCPT", "999 Strange", times: 1)),
        ("reply that is none", sink => sink.Answer("MAIL", "what?", times: 1, drop: true)),
        ("bare line feeds in a reply", sink => sink.Answer("MAIL", "451-4.3.0 one\n451 4.3.0 two", times: 1)),
    ];

    [Test]
    public async Task Loses_nothing_and_gets_nothing_twice()
    {
        using var certificate = TestCertificate.Create("elsewhere.test");
        var hop = Keep(new MailSink { Certificate = certificate });
        var gateway = await StartGatewayAsync(configuration =>
        {
            configuration["Delivery:Relay"] = $"smtp://127.0.0.1:{hop.Port}";
            configuration["Delivery:MessagesPerHour"] = 0;
        });
        var alice = await NewClientAsync();

        foreach (var (name, make) in Faults)
        {
            // On a connection that is open some faults would never show.
            hop.HangUp();
            var (rule, word) = (make(hop), Text.Unique());
            var id = alice.SendMessage(Contact(Bob), $"from here\n{word}\nto there", new XElement(Names.Receipts + "request"));

            var mail = await hop.MailAsync(word);
            await alice.ReceiptAsync(id);

            Assert.That(rule.Left, Is.Zero, $"{name}: it was made");
            Assert.That(mail.Text, Does.Contain($"from here\r\n{word}\r\nto there"), name);
        }

        await Patience.UntilAsync("the queue is empty", async () => (await gateway.QueueAsync()).Count == 0);
        await TestContext.Out.WriteLineAsync($"{Kind}: {Faults.Length} faults of the next hop, {Faults.Length} messages, {hop.Mails.All.Count} mails taken.");
        Assert.That(hop.Mails.All, Has.Count.EqualTo(Faults.Length));
        Assert.That(alice.Received.All.Where(stanza => (string?)stanza.Attribute("type") == "error"), Is.Empty);
    }

    [TestCase("GREETING", "554 5.7.1 Not you", "wait", "remote-server-timeout", "Not you")]
    [TestCase("MAIL", "550 5.7.1 We do not like it", "auth", "forbidden", "We do not like it")]
    [TestCase("RCPT", "550", "cancel", "item-not-found", "550")]
    [TestCase("DATA", "", "wait", "remote-server-timeout", "connection lost")]
    [TestCase("DOT", "554 5.6.0 What is this?", "modify", "not-acceptable", "What is this?")]
    public async Task For_ever_is_told_to_the_author_in_its_own_words(string command, string reply, string type, string condition, string words)
    {
        Sink.Answer(command, reply, drop: reply.Length == 0 || command == "GREETING");
        await StartGatewayAsync(configuration => configuration["Delivery:GiveUpAfter"] = "00:00:02");
        var alice = await NewClientAsync();

        var id = alice.SendMessage(Contact(Bob), "hello?", new XElement(Names.Receipts + "request"));

        var error = Text.Error(await alice.ErrorAsync(id));
        Assert.That((error.Type, error.Condition), Is.EqualTo((type, condition)));
        Assert.That(error.Words, Does.Contain(words));
        Assert.That(Sink.Mails.All, Is.Empty);
    }
}
