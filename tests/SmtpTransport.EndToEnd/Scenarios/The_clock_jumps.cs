using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>Somebody sets the clock while mail flows and waits: libfaketime tells the gateway another time, and leaves its timers alone.</summary>
internal sealed class The_clock_jumps(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    /// <summary>Back and forward. What waited when it went back is due when that time comes again.</summary>
    private static readonly string[] Times = ["-1h", "+0", "+3d", "+2d", "+4d"];

    private static string? Library => Directory.GetDirectories("/usr/lib", "*-linux-gnu*").Select(folder => $"{folder}/faketime/libfaketimeMT.so.1").FirstOrDefault(File.Exists);

    [Test]
    public async Task And_nothing_is_lost()
    {
        Assume.That(Library, Is.Not.Null, "libfaketime is not installed");
        var configuration = NewConfiguration();
        configuration["Delivery:MessagesPerHour"] = 0;
        var clock = Path.Combine(configuration.Folder, "clock");
        await File.WriteAllTextAsync(clock, "+0");
        var gateway = NewGateway(
            configuration, "/usr/bin/env", $"LD_PRELOAD={Library}", $"FAKETIME_TIMESTAMP_FILE={clock}", "FAKETIME_NO_CACHE=1", "DONT_FAKE_MONOTONIC=1");
        await gateway.StartAsync();
        var alice = await NewClientAsync();
        var messages = new Dictionary<string, string>();
        var mails = new List<string>();

        foreach (var time in Times)
        {
            Sink.Answer("RCPT", "451 4.3.0 Not now", containing: "slow@");
            var waits = Waits();
            Say("slow@mail.test");
            // Refused only, and not yet put off, it would be given up when the clock goes forward.
            await Patience.UntilAsync("it waits", () => Waits() > waits);
            Sink.Forgive();
            await File.WriteAllTextAsync(clock, time);

            var (word, mail) = (Say(Bob), Text.Unique());
            var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Hi", mail));
            Assert.That(reply.Code, Is.EqualTo(250), $"{time}: {reply.Text}");
            await alice.MessageAsync(mail);
            mails.Add(mail);
            await Sink.MailAsync(word);
        }

        foreach (var (word, id) in messages)
        {
            await Sink.MailAsync(word);
            await alice.ReceiptAsync(id);
        }

        await Patience.UntilAsync("the queue is empty", async () => (await gateway.QueueAsync()).Count == 0);
        await TestContext.Out.WriteLineAsync($"{Kind}: the clock was set {Times.Length} times; {Times.Length} mails and {messages.Count} messages arrived, {Sink.Mails.All.Count - messages.Count} of them twice.");
        Assert.That(Sink.Mails.All, Has.Count.EqualTo(messages.Count));
        // Beside them there may be notices: what waited while the clock went forward looks as if it had waited for days.
        Assert.That(mails.Select(mail => alice.Messages.Count(message => message.Element("body")!.Value.Contains(mail, StringComparison.Ordinal))), Is.All.EqualTo(1));

        int Waits() => gateway.Log.Split("to slow@mail.test deferred").Length;

        string Say(string to)
        {
            var word = Text.Unique();
            messages[word] = alice.SendMessage(Contact(to), word, new XElement(Names.Receipts + "request"));
            return word;
        }
    }
}
