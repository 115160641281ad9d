using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.Bench;

/// <summary>Memory and start.</summary>
internal static class Footprint
{
    private const int Mails = 20;

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        await using var server = await XmppServer.StartNewAsync(ServerKind.Prosody);
        var idle = new List<double>();
        var start = await Runs.MedianAsync("start to ready, ms", async () =>
        {
            await using var gateway = Gateways.New(server.Slots[0], Loopback.FreePort());
            var begin = TimeProvider.System.GetTimestamp();
            await gateway.StartAsync();
            var time = TimeProvider.System.GetElapsedTime(begin).TotalMilliseconds;
            await Patience.PassAsync(TimeSpan.FromSeconds(3));
            idle.Add(gateway.Memory("VmRSS") / 1e6);
            await gateway.StopAsync();
            return time;
        });
        var peak = await Runs.MedianAsync("VmHWM with 20 mails of 20 MB, MB", () => PeakAsync(server));
        return
        [
            Row.Bound("peak memory, 20 mails of 20 MB at once", peak, 300, "MB"),
            Row.Bound("memory idle", idle.Order().ElementAt(idle.Count / 2), 100, "MB"),
            Row.Bound("start to ready", start / 1000, 1.5, "s"),
        ];
    }

    private static async Task<double> PeakAsync(XmppServer server)
    {
        await using var gateway = await Gateways.StartAsync(server.Slots[0], Loopback.FreePort());
        var user = await server.AddUserAsync();
        using var client = await RawChatClient.LoginAsync(server, user);
        var body = string.Concat(Enumerable.Repeat(new string('x', 70) + "\n", 20_000_000 / 72));
        var replies = await Task.WhenAll(Enumerable.Range(0, Mails).Select(_ =>
            SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", user, Text.Mail("bob@mail.test", user, "Large", body))));
        if (replies.Any(reply => reply.Code != 250))
            throw new InvalidOperationException(string.Join('\n', replies.Select(reply => reply.Text)));
        await client.WaitAsync(Mails, TimeSpan.FromSeconds(60));
        return gateway.Memory() / 1e6;
    }
}
