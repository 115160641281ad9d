using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.Data.Sqlite;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>What a chat user writes, as Python's own reader of mail finds it, which knows nothing of ours.</summary>
internal sealed class A_message_reads_well_in_a_mail_program(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    private const string Reader =
        """
        import email, email.policy, json, sys
        mail = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.default)
        parts = [part for part in mail.walk() if not part.is_multipart()]
        print(json.dumps({
            'name': mail['from'].addresses[0].display_name,
            'from': mail['from'].addresses[0].addr_spec,
            'subject': mail['subject'],
            'answers': mail['in-reply-to'],
            'type': mail.get_content_type(),
            'disposition': mail.get_content_disposition(),
            'parts': [part.get_content_type() for part in parts],
            'texts': [part.get_content() for part in parts if part.get_content_maintype() == 'text'],
            'fields': [str(fields) for part in mail.walk() if part.get_content_type() == 'message/disposition-notification' for fields in part.get_payload()],
            'defects': [str(defect) for part in mail.walk() for defect in part.defects],
        }))
        """;

    private static readonly XNamespace Markers = "urn:xmpp:chat-markers:0";
    private static readonly XNamespace Reactions = "urn:xmpp:reactions:0";

    [Test]
    public async Task A_styled_reply_has_name_thread_quotation_and_both_parts()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        await alice.QueryAsync(alice.BareJid, new XElement(Names.VCard + "vCard", new XElement(Names.VCard + "FN", "Alice Ünlü")), "set");
        await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Text.Mail("Bob Builder <bob@mail.test>", alice.BareJid, "Plan", "Shall we?", "Message-ID: <plan@mail.test>"));
        var asked = await alice.MessageAsync("Shall we?");
        const string Quote = "> Shall we? \U0001F642\n";

        alice.SendMessage(
            Contact(Bob),
            Quote + "Yes, *today*.\n```\nx < y\n```",
            new XElement(Names.Reply + "reply", new XAttribute("id", (string)asked.Attribute("id")!)),
            new XElement(Names.Fallback + "fallback", new XAttribute("for", Names.Reply.NamespaceName), new XElement(Names.Fallback + "body", new XAttribute("start", 0), new XAttribute("end", Quote.EnumerateRunes().Count()))));
        var mail = await ReadAsync(gateway, await Sink.MailAsync("multipart/alternative"));

        Assert.Multiple(() =>
        {
            Assert.That((string?)mail["name"], Is.EqualTo("Alice Ünlü"));
            Assert.That((string?)mail["from"], Is.EqualTo(alice.BareJid));
            Assert.That((string?)mail["subject"], Is.EqualTo("Re: Plan"));
            Assert.That((string?)mail["answers"], Is.EqualTo("<plan@mail.test>"));
            Assert.That(mail["parts"]!.ToJsonString(), Is.EqualTo("""["text/plain","text/html"]"""));
            Assert.That((string?)mail["texts"]![0], Does.StartWith("Yes, *today*.").And.Contain(", Bob Builder <bob@mail.test> wrote:\n> Shall we? \U0001F642"));
            Assert.That((string?)mail["texts"]![1], Does.Contain("<strong>today</strong>").And.Contain("x &lt; y").And.Contain("<blockquote type=\"cite\">"));
            Assert.That(mail["defects"]!.AsArray(), Is.Empty);
        });
    }

    [Test]
    public async Task A_reaction_goes_to_whom_has_sent_one()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var id = alice.SendMessage(Contact(Bob), "Shall we?");
        var mail = (await Sink.MailAsync("Shall we?")).Parse();
        var tooEarly = React(alice, id);
        await alice.ErrorAsync(tooEarly);

        await SmtpConversation.MailAsync(
            gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Re:", "\U0001F44D", $"In-Reply-To: <{mail.MessageId}>", "Content-Disposition: reaction"));
        await alice.Received.WaitAsync("a reaction", stanza => stanza.Element(Reactions + "reactions") is not null);
        await Patience.UntilAsync("the gateway has learned of it", async () =>
            (await alice.QueryAsync(Contact(Bob), new XElement(Names.DiscoInfo + "query"))).Descendants(Names.DiscoInfo + "feature").Any(feature => (string?)feature.Attribute("var") == Reactions.NamespaceName));
        React(alice, id);
        var reaction = await ReadAsync(gateway, await Sink.MailAsync("Content-Disposition: reaction"));

        Assert.That(((string?)reaction["disposition"], (string?)reaction["answers"], ((string?)reaction["texts"]![0])!.Trim()), Is.EqualTo(("reaction", $"<{mail.MessageId}>", "\u2764\uFE0F")));
    }

    [Test]
    public async Task A_read_receipt_goes_to_the_verified_sender_who_asked()
    {
        var dns = Keep(new FakeDns());
        dns.AddText("mail.test", "v=spf1 ip4:127.0.0.1 -all");
        var gateway = await StartGatewayAsync(configuration =>
        {
            configuration["Dns:Servers"] = new JsonArray($"127.0.0.1:{dns.Port}");
            configuration["Inbound:Dmarc"] = "mark";
        });
        var alice = await NewClientAsync();
        await ConsentAsync(gateway, alice.BareJid);

        await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Plan", "Did you read?", $"Disposition-Notification-To: {Bob}", "Message-ID: <read@mail.test>"));
        var message = await alice.MessageAsync("Did you read?");
        Assert.That(message.Element(Markers + "markable"), Is.Not.Null);
        for (var i = 0; i < 2; i++)
            alice.Send(new XElement("message", new XAttribute("to", Contact(Bob)), new XAttribute("type", "chat"), new XAttribute("id", $"d{i}"), new XElement(Markers + "displayed", new XAttribute("id", (string)message.Attribute("id")!))));
        var taken = await Sink.MailAsync("disposition-notification");
        var receipt = await ReadAsync(gateway, taken);
        alice.SendMessage(Contact(Bob), "the end");
        await Sink.MailAsync("the end");

        Assert.That((taken.Sender, taken.Recipients.Single(), (string?)receipt["type"]), Is.EqualTo(("", Bob, "multipart/report")));
        Assert.That((string?)receipt["fields"]![0], Does.Contain("Original-Message-ID: <read@mail.test>").And.Contain("; displayed").And.Contain($"Final-Recipient: rfc822; {alice.BareJid}"));
        Assert.That(receipt["defects"]!.AsArray(), Is.Empty);
        Assert.That(Sink.Mails.All.Count(mail => mail.Sender.Length == 0), Is.EqualTo(1));
    }

    private string React(ChatClient alice, string to)
    {
        var id = Text.Unique("r");
        alice.Send(new XElement("message", new XAttribute("to", Contact(Bob)), new XAttribute("type", "chat"), new XAttribute("id", id), new XElement(Reactions + "reactions", new XAttribute("id", to), new XElement(Reactions + "reaction", "\u2764\uFE0F"))));
        return id;
    }

    private static async Task<JsonNode> ReadAsync(GatewayProcess gateway, SinkMail mail)
    {
        var file = Path.Combine(gateway.Configuration.Folder, "read.eml");
        await File.WriteAllBytesAsync(file, mail.Content);
        return JsonNode.Parse(await Command.OutputAsync("python3", "-c", Reader, file))!;
    }

    /// <summary>As the command that is to come will do it.</summary>
    private static async Task ConsentAsync(GatewayProcess gateway, string user)
    {
        await using var database = new SqliteConnection($"Data Source={gateway.Configuration.StorageFile}");
        await database.OpenAsync();
        await using var command = database.CreateCommand();
        command.CommandText = "INSERT INTO account (jid, preferences) VALUES ($user, '{\"GiveReadReceipts\":true}')";
        command.Parameters.AddWithValue("$user", user);
        await command.ExecuteNonQueryAsync();
    }
}
