using System.Text.Json;
using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>Debian's Postfix takes a bare LF around a dot for the end of a mail. Behind us and before us it sees, and shows, one mail.</summary>
internal sealed class Nothing_is_smuggled(ServerKind server) : Scenario(server)
{
    [SetUp]
    public void Postfix_can_run() => Assume.That(PostfixServer.IsPossible, "Postfix needs root");

    [Test]
    public async Task Out_of_a_message_through_Postfix()
    {
        var postfix = Keep(new PostfixServer { Parameters = { ["relayhost"] = $"[127.0.0.1]:{Sink.Port}" } });
        await postfix.StartAsync();
        await StartGatewayAsync(configuration => configuration["Delivery:Relay"] = $"smtp://127.0.0.1:{postfix.Port}");
        var alice = await NewClientAsync();
        var sequences = Sequences("outbound_must_not_emit");

        foreach (var sequence in sequences)
        {
            var end = sequence;
            var id = alice.SendMessage(
                Contact("bob@mail.test"),
                $"outer{end}MAIL FROM:<evil@mail.test>\r\nRCPT TO:<victim@mail.test>\r\nDATA\r\nSubject: inner\r\n\r\nsmuggled{end}",
                new XElement(Names.Receipts + "request"));
            await alice.ReceiptAsync(id);
        }

        await Patience.UntilAsync("all are through Postfix", () => Sink.Mails.All.Count(mail => mail.Text.Contains("outer", StringComparison.Ordinal)) == sequences.Count);
        alice.SendMessage(Contact("bob@mail.test"), "the end");
        await Sink.MailAsync("the end");
        Assert.That(Sink.Mails.All, Has.Count.EqualTo(sequences.Count + 1));
        Assert.That(Sink.Mails.All.Select(mail => mail.Recipients.Single()), Is.All.EqualTo("bob@mail.test"));
    }

    [Test]
    public async Task Into_chat_through_Postfix()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var postfix = Keep(new PostfixServer { Transports = { [XmppServer.Domain] = $"smtp:[127.0.0.1]:{gateway.SmtpPort}" } });
        await postfix.StartAsync();

        foreach (var sequence in Sequences("inbound_must_not_end_data"))
        {
            await using var connection = await SmtpConversation.OpenAsync(postfix.Port);
            await connection.SayAsync("MAIL FROM:<bob@mail.test>");
            await connection.SayAsync($"RCPT TO:<{alice.BareJid}>");
            await connection.SayAsync("DATA");
            await connection.WriteAsync(
                Text.Mail("bob@mail.test", alice.BareJid, "Hi", "outer").TrimEnd() +
                $"{sequence}MAIL FROM:<evil@mail.test>\r\nRCPT TO:<{alice.BareJid}>\r\nDATA\r\nFrom: evil@mail.test\r\nSubject: inner\r\n\r\nsmuggled\r\n.\r\n");
            await connection.ReadAsync();
        }

        await SmtpConversation.MailAsync(postfix.Port, "bob@mail.test", alice.BareJid, Text.Mail("bob@mail.test", alice.BareJid, "Hi", "the end"));
        await alice.MessageAsync("the end");
        // What Postfix itself takes for the end makes two mails there, and nobody behind it could know. Each of its mails is one in chat.
        var evil = alice.Messages.Count(message => (string?)message.Attribute("from") is { } from && from.StartsWith("evil", StringComparison.Ordinal));
        Assert.That(evil, Is.LessThanOrEqualTo(Mails("from=<evil@")));
        Assert.That(alice.Messages.Count(), Is.LessThanOrEqualTo(Mails("from=<evil@") + Mails("from=<bob@")));

        int Mails(string from) => postfix.Log.Split('\n').Where(line => line.Contains("qmgr", StringComparison.Ordinal) && line.Contains(from, StringComparison.Ordinal)).Select(line => line.Split(": ")[1]).Distinct().Count();
    }

    private static List<string> Sequences(string list)
    {
        var corpora = Environment.GetEnvironmentVariable("SMTPTRANSPORT_CORPORA");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); corpora is null && folder is not null; folder = folder.Parent)
        {
            var beside = Path.Combine(folder.FullName, "..", "shared", "corpora");
            corpora = Directory.Exists(beside) ? beside : null;
        }

        var file = Path.Combine(corpora ?? "", "smtp", "smuggling-sequences.yml");
        if (!File.Exists(file))
            Assert.Ignore("The corpora are absent.");
        return
        [
            .. File.ReadLines(file).SkipWhile(line => !line.StartsWith(list, StringComparison.Ordinal)).Skip(1)
                .TakeWhile(line => line.StartsWith("  - ", StringComparison.Ordinal))
                .Select(line => JsonSerializer.Deserialize<string>(line[4..].Replace("\\0", "\\u0000", StringComparison.Ordinal))!),
        ];
    }
}
