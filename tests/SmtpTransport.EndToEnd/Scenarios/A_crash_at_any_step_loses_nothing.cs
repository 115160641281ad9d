using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>
/// One mail or message goes through under strace, which writes down each system call that changes the world. Then others
/// follow, and with each the gateway is killed as it makes another one of these calls. What was answered for is never lost.
/// </summary>
internal sealed class A_crash_at_any_step_loses_nothing(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    private const string Steps = "pwrite64,write,fsync,fdatasync,ftruncate,unlink,sendto,sendmsg,recvmsg,recvfrom,connect,accept4";

    // Also what is done once the verdict is safe (3 s after it).
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(4);

    private GatewayProcess gateway = null!;
    private ChatClient alice = null!;
    private int kills;

    [SetUp]
    public async Task Start_the_gateway()
    {
        Assume.That(SystemCalls.CanBeWatched, "strace needs root");
        gateway = await StartGatewayAsync(configuration => configuration["Delivery:MessagesPerHour"] = 0);
        alice = await NewClientAsync();
    }

    [Test]
    public async Task From_mail_to_chat()
    {
        var answered = 0;
        var steps = await TryAllAsync(async word =>
        {
            var mail = Text.Mail(Bob, alice.BareJid, "Hi", $"from here\n{word}\nto there");
            if (await SendAsync(mail) is { Code: 250 })
                answered++;
            return () => Patience.UntilAsync($"{word} is taken", async () => await SendAsync(mail) is { Code: 250 });
        });

        await AllAreDoneAsync();
        var shown = alice.Messages.Select(message => message.Element("body")!.Value).ToList();
        await TestContext.Out.WriteLineAsync($"{Kind}: {steps.Count} steps from mail to chat, {kills} kills, {answered} mails were answered with 250 before.");
        Assert.Multiple(() =>
        {
            Assert.That(kills, Is.Positive);
            Assert.That(steps, Is.All.Matches<string>(word => shown.Exists(body => body.Contains($"from here\n{word}\nto there", StringComparison.Ordinal))), "whole");
            Assert.That(alice.Messages.GroupBy(message => message.Element("body")!.Value).Select(copies => copies.Select(copy => (string?)copy.Attribute("id")).Distinct().Count()), Is.All.EqualTo(1), "A second copy carries the id of the first.");
        });
    }

    [Test]
    public async Task From_chat_to_mail()
    {
        var contact = Contact(Bob);
        var read = new List<string>();
        var ids = new Dictionary<string, string>();
        var words = await TryAllAsync(async word =>
        {
            ids[word] = alice.SendMessage(contact, $"from here\n{word}\nto there", new XElement(Names.Receipts + "request"));
            if (await IsReadAsync(contact))
                read.Add(word);
            // Nobody sends it again: XEP-0114 has no acknowledgement, so what was not read may go.
            return () => Task.CompletedTask;
        });

        await AllAreDoneAsync();
        var mailed = Sink.Mails.All.Select(mail => mail.Text).ToList();
        var refused = words.Where(word => alice.Received.All.Any(stanza => (string?)stanza.Attribute("id") == ids[word] && (string?)stanza.Attribute("type") == "error")).ToList();
        var missing = words.Where(word => !mailed.Exists(text => text.Contains($"\r\n{word}\r\n", StringComparison.Ordinal))).Except(refused).ToList();
        await TestContext.Out.WriteLineAsync($"{Kind}: {words.Count} steps from chat to mail, {kills} kills, {read.Count} messages were read before, {refused.Count} refused, {missing.Count} in the sockets at a kill and lost with them.");
        Assert.Multiple(() =>
        {
            Assert.That(kills, Is.Positive);
            Assert.That(missing.Intersect(read), Is.Empty, "read and neither refused nor mailed");
            Assert.That(mailed, Is.All.Contains("from here\r\n").And.All.Contains("to there"), "whole");
            Assert.That(mailed, Has.Count.LessThanOrEqualTo(words.Count + kills), "at most what was at the next hop at a kill");
        });
    }

    /// <returns>The word of each mail or message that was sent.</returns>
    /// <param name="send">Sends the word once; what it returns sends it again until it is taken.</param>
    private async Task<List<string>> TryAllAsync(Func<string, Task<Func<Task>>> send)
    {
        // The first is slower than all later: code is compiled, connections are opened.
        List<string> words = [Text.Unique(), Text.Unique()];
        await (await send(words[0]))();
        IReadOnlyList<SystemCall> all;
        await using (var watch = await SystemCalls.WatchAsync(gateway.ProcessId, Steps))
        {
            await (await send(words[1]))();
            await Patience.PassAsync(Aftermath);
            all = watch.Steps();
        }

        foreach (var step in FaultPlan.Choose(all, step => step.Name))
        {
            var word = Text.Unique();
            words.Add(word);
            Func<Task> again;
            await using (await SystemCalls.WatchAsync(gateway.ProcessId, step.Name, $"signal=SIGKILL:when={step.Number}"))
            {
                again = await send(word);
                // In vain when another thread than last time makes the call, as its first or second one.
                await Patience.TryAsync(() => gateway.HasExited, Aftermath);
            }

            if (gateway.HasExited)
            {
                kills++;
                await gateway.StartAsync();
            }

            await again();
        }

        await TestContext.Out.WriteLineAsync($"{Kind}: of {all.Count} steps: {string.Join(", ", all.CountBy(step => step.Name).Select(calls => $"{calls.Value} {calls.Key}"))}");
        return words;
    }

    private Task AllAreDoneAsync() => Patience.UntilAsync("the queue is empty", async () => (await gateway.QueueAsync()).Count == 0);

    private async Task<Reply?> SendAsync(string mail)
    {
        try
        {
            return await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, mail);
        }
        catch (Exception gone) when (gone is IOException or System.Net.Sockets.SocketException)
        {
            return null;
        }
    }

    private async Task<bool> IsReadAsync(string contact)
    {
        try
        {
            var pong = await alice.QueryAsync(contact, new XElement(Names.Ping + "ping"), timeout: TimeSpan.FromSeconds(2));
            return (string?)pong.Attribute("type") == "result";
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
