using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>
/// While a mail and a message come in, the writing of the database goes wrong: one call, or from one call on each
/// or every second one. The gateway answers, stays, and goes on when the disk is well again.
/// </summary>
internal sealed class A_disk_that_fails_loses_nothing(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";
    private const string Writing = "pwrite64,fsync,fdatasync,ftruncate";

    private static readonly TimeSpan OneDelivery = TimeSpan.FromSeconds(4);

    private GatewayProcess gateway = null!;
    private ChatClient alice = null!;
    private int answered;
    private int putOff;

    [Test]
    public async Task With_EIO_and_ENOSPC()
    {
        Assume.That(SystemCalls.CanBeWatched, "strace needs root");
        gateway = await StartGatewayAsync(configuration => configuration["Delivery:MessagesPerHour"] = 0);
        alice = await NewClientAsync();
        var read = new Dictionary<string, string>();
        var unread = new Dictionary<string, string>();

        var injected = 0;
        var faults = FaultPlan.Choose(await FaultsAsync(), fault => fault.Call);
        foreach (var fault in faults)
        {
            var word = Text.Unique();
            var mail = Text.Mail(Bob, alice.BareJid, "Hi", $"from here\n{word}\nto there");
            await using (var trouble = await SystemCalls.WatchAsync(gateway.ProcessId, fault.Call, fault.Answer, StorageFiles))
            {
                Count(await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, mail), fault);
                var id = alice.SendMessage(Contact(Bob), $"from here\n{word}\nto there", new XElement(Names.Receipts + "request"));
                (await IsReadAsync() ? read : unread)[word] = id;
                await Patience.TryAsync(() => HasFate(word, id), OneDelivery);
                injected += trouble.Injected;
            }

            Assert.That(gateway.HasExited, Is.False, $"after {fault}");
            await Patience.UntilAsync($"the mail is taken after {fault}", async () => (await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, mail)).Code == 250);
        }

        // What broke is tried again after a minute.
        await Patience.UntilAsync("all messages have a fate", () => read.Concat(unread).All(message => HasFate(message.Key, message.Value)), TimeSpan.FromSeconds(90));
        await Patience.UntilAsync("the queue is empty", async () => (await gateway.QueueAsync()).Count == 0);
        var refused = read.Concat(unread).Count(message => IsRefused(message.Value));
        await TestContext.Out.WriteLineAsync(
            $"{Kind}: {faults.Count} faults of the disk, {injected} calls failed. Mails: {answered} taken at once, {putOff} put off. Messages: {read.Count + unread.Count}, {refused} refused.");
        Assert.Multiple(() =>
        {
            Assert.That(injected, Is.Positive, "There was trouble.");
            Assert.That(read.Concat(unread), Is.All.Matches<KeyValuePair<string, string>>(message => IsShown(message.Key)), "Every mail is in chat.");
            Assert.That(Sink.Mails.All.Select(mail => mail.Text), Is.All.Contains("from here\r\n").And.All.Contains("to there"), "whole");
        });
    }

    private string[] StorageFiles => [.. new[] { "", "-wal", "-journal" }.Select(end => gateway.Configuration.StorageFile + end)];

    private async Task<IReadOnlyList<Fault>> FaultsAsync()
    {
        await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Hi", "the first"));
        await Patience.UntilAsync("the first is done with", async () => (await gateway.QueueAsync()).Count == 0);
        await using var watch = await SystemCalls.WatchAsync(gateway.ProcessId, Writing, null, StorageFiles);
        await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Hi", "the second"));
        await alice.ReceiptAsync(alice.SendMessage(Contact(Bob), "from here\nto there", new XElement(Names.Receipts + "request")));
        var steps = watch.Steps();
        return
        [
            .. from step in steps
               from error in new[] { "EIO", "ENOSPC" }
               from span in new[] { "", "+", "+2" }
               select new Fault(step.Name, $"error={error}:when={step.Number}{span}"),
        ];
    }

    private void Count(Reply reply, Fault fault)
    {
        Assert.That(reply.Code, Is.EqualTo(250).Or.InRange(400, 499), $"{reply} after {fault}");
        if (reply.Code == 250)
            answered++;
        else
            putOff++;
    }

    private async Task<bool> IsReadAsync()
    {
        try
        {
            await alice.QueryAsync(Contact(Bob), new XElement(Names.Ping + "ping"), timeout: TimeSpan.FromSeconds(3));
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private bool HasFate(string word, string id) => IsRefused(id) || Sink.Mails.All.Any(mail => mail.Text.Contains($"\r\n{word}\r\n", StringComparison.Ordinal));

    private bool IsShown(string word) => alice.Messages.Any(message => message.Element("body")!.Value.Contains($"from here\n{word}\nto there", StringComparison.Ordinal));

    private bool IsRefused(string id) => alice.Received.All.Any(stanza => (string?)stanza.Attribute("id") == id && (string?)stanza.Attribute("type") == "error");

    /// <param name="Answer">As strace takes it.</param>
    private sealed record Fault(string Call, string Answer)
    {
        public override string ToString() => $"{Call} {Answer}";
    }
}
