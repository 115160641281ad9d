using System.Globalization;
using System.Text.RegularExpressions;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed partial class The_queue_survives_kill(ServerKind server) : Scenario(server)
{
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("SMTPTRANSPORT_KILLS") ?? "30", CultureInfo.InvariantCulture);

    private const int Senders = 6;
    private const int Writers = 2;

    /// <summary>
    /// The gateway is killed at random moments while mail flows both ways. Nothing that it answered for is lost, and nothing
    /// shows twice but what it had not answered yet when it died.
    /// </summary>
    [Test]
    public async Task At_random_moments_under_load()
    {
        var gateway = await StartGatewayAsync(configuration =>
        {
            configuration["Delivery:MessagesPerHour"] = 0;
            configuration["Delivery:RecipientsPerDay"] = 1_000_000;
            configuration["Inbound:MailsPerMinute"] = 1_000_000;
            configuration["Xmpp:VerdictTimeout"] = "00:00:30"; // no 250 without a verdict in this test
        });
        var alice = await NewClientAsync();
        var mails = new MailLoad(gateway.SmtpPort, alice.BareJid);
        var kills = 0;
        var messages = new ChatLoad(Contact("bob@mail.test"), () => Volatile.Read(ref kills));
        var random = new Random(TestContext.CurrentContext.Random.Next());

        mails.Start(Senders);
        messages.Start(await NewClientAsync("dora"), await NewClientAsync("erik"));
        while (kills < Kills)
        {
            await Patience.PassAsync(TimeSpan.FromMilliseconds(random.Next(50, 1500)));
            await gateway.KillAsync();
            Interlocked.Increment(ref kills);
            await gateway.StartAsync();
        }

        await Task.WhenAll(mails.StopAsync(), messages.StopAsync());
        await ArriveAsync("all mails are in chat", gateway, alice, mails.Taken, () => Shown(alice));
        await ArriveAsync("all messages are mailed", gateway, alice, messages.Read, Mailed);
        // What might still be under way a second time.
        await Patience.UntilAsync("the queue is empty", async () => (await gateway.QueueAsync()).Count == 0);

        var shownTwice = Twice(Shown(alice));
        var mailedTwice = Twice(Mailed());
        var lost = messages.Unanswered.Except(Mailed()).Count();
        await TestContext.Out.WriteLineAsync(
            $"{Kind}: {Kills} kills. Mails: {mails.Taken.Count} answered 250, {mails.Unanswered.Count} in flight at a kill, {shownTwice.Count} shown twice. " +
            $"Messages: {messages.Read.Count} read, {messages.Refused.Count} refused, {messages.Unanswered.Count} in the sockets at a kill (of these {lost} lost with them), {mailedTwice.Count} mailed twice.");
        Assert.Multiple(() =>
        {
            Assert.That(mails.Taken, Has.Count.GreaterThan(Kills), "There was load.");
            Assert.That(messages.Read, Has.Count.GreaterThan(Kills), "There was load.");
            Assert.That(shownTwice.Except(mails.Unanswered), Is.Empty, "shown twice after its 250");
            Assert.That(shownTwice, Has.Count.LessThanOrEqualTo(Kills * Senders), "at most what was in flight");
            Assert.That(mailedTwice, Has.Count.LessThanOrEqualTo(Kills * Writers), "at most what was in flight");
            Assert.That(lost, Is.LessThanOrEqualTo(Kills * Writers), "at most one for each writer and kill");
            Assert.That(Copies(alice), Is.All.EqualTo(1), "A second copy carries the id of the first.");
        });
    }

    private static List<string> Shown(ChatClient client) => [.. client.Messages.Select(message => message.Element("body")!.Value.Split('\n')[^1].Trim())];

    private static List<string> Twice(List<string> words) => [.. words.GroupBy(word => word).Where(copies => copies.Count() > 1).Select(copies => copies.Key)];

    private static IEnumerable<int> Copies(ChatClient client) =>
        client.Messages.GroupBy(message => message.Element("body")!.Value.Split('\n')[^1]).Select(copies => copies.Select(copy => (string?)copy.Attribute("id")).Distinct().Count());

    /// <summary>What is missing in the end is told with all that is known of it, so that one failure is enough to find the cause.</summary>
    private static async Task ArriveAsync(
        string what, GatewayProcess gateway, ChatClient alice, IReadOnlyDictionary<string, string> expected, Func<List<string>> arrived)
    {
        try
        {
            await Patience.UntilAsync(what, () => !expected.Keys.Except(arrived()).Any(), TimeSpan.FromMinutes(1));
        }
        catch (TimeoutException)
        {
            var waiting = string.Join('\n', (await gateway.QueueAsync()).Select(item => item.ToString()));
            var missing = expected.Keys.Except(arrived()).ToList();
            var lives = missing.Take(10).Select(word => $"{word} {expected[word]}\n{Life(gateway.Log, expected[word].Split(' ')[^1])}");
            throw new TimeoutException(
                $"Waited in vain until {what}: {missing.Count} are missing. The client is {(alice.Closed.IsCompleted ? "gone" : "there")} " +
                $"with {alice.Messages.Count()} messages.\n{string.Join('\n', lives)}\nIn the queue:\n{waiting}");
        }
    }

    /// <summary>All that the log has on a mail, or on the mail that a stanza became.</summary>
    private static string Life(string log, string id)
    {
        var lines = log.Split('\n');
        var words = new Regex($@"\b{Regex.Escape(id)}\b");
        var mails = lines.Where(line => words.IsMatch(line)).SelectMany(line => MailId().Matches(line).Select(match => match.Groups[1].Value)).ToHashSet();
        return string.Join('\n', lines.Where(line => mails.Any(mail => line.Contains(mail, StringComparison.Ordinal))).Take(20));
    }

    [GeneratedRegex(@"\bMail (\w{20})\b")]
    private static partial Regex MailId();

    private List<string> Mailed() => [.. Sink.Mails.All.Select(mail => mail.Text.TrimEnd().Split('\n')[^1].Trim())];
}
