using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.Bench;

/// <summary>One mail at a time: from its final dot to the stanza in the client.</summary>
internal static class DotToScreen
{
    private const int WarmUp = 200;
    private const int Mails = 500;

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        await using var lmtp = new MailSink();
        await using var postfix = new PostfixServer { Parameters = { ["default_transport"] = $"lmtp:[127.0.0.1]:{lmtp.Port}" } };
        await postfix.StartAsync();
        var arrived = 0;
        var peer = await TimesAsync(postfix.Port, "carol@elsewhere.test", Unsigned("carol@elsewhere.test"), async () =>
        {
            arrived++;
            await lmtp.Mails.CountAsync(arrived);
            return TimeProvider.System.GetTimestamp();
        });

        var rows = new List<Row>();
        foreach (var kind in Enum.GetValues<ServerKind>())
        {
            await using var server = await XmppServer.StartNewAsync(kind);
            await using var gateway = await Gateways.StartAsync(server.Slots[0], Loopback.FreePort());
            var user = await server.AddUserAsync();
            using var client = await RawChatClient.LoginAsync(server, user);
            var shown = 0;
            var ours = await TimesAsync(gateway.SmtpPort, user, Unsigned(user), async () =>
            {
                shown++;
                await client.WaitAsync(shown, TimeSpan.FromSeconds(20));
                return client.LastArrival;
            });
            rows.Add(Row.Time($"final dot to client, {kind}, p50", Runs.Percentile(ours, 0.5), Runs.Percentile(peer, 0.5), 1.5));
            rows.Add(Row.Time($"final dot to client, {kind}, p99", Runs.Percentile(ours, 0.99), Runs.Percentile(peer, 0.99), 1.5));
        }

        return rows;
    }

    private static Func<string> Unsigned(string recipient)
    {
        var body = string.Concat(Enumerable.Repeat("The quick brown fox jumps over the lazy dog.\n", Load.Size / 45));
        return () => Text.Mail("bob@mail.test", recipient, "Bench", body);
    }

    /// <param name="mail">The next one, with CRLF.</param>
    /// <param name="arrival">Completes with the timestamp at which it was there.</param>
    public static async Task<List<TimeSpan>> TimesAsync(int port, string recipient, Func<string> mail, Func<Task<long>> arrival)
    {
        var times = new List<TimeSpan>();
        await using var connection = await SmtpConversation.OpenAsync(port);
        for (var number = 0; number < WarmUp + Mails; number++)
        {
            await connection.SayAsync("MAIL FROM:<bob@mail.test>");
            await connection.SayAsync($"RCPT TO:<{recipient}>");
            await connection.SayAsync("DATA");
            var text = mail();
            var start = TimeProvider.System.GetTimestamp();
            await connection.WriteContentAsync(text);
            var end = await arrival();
            var reply = await connection.ReadAsync();
            if (reply.Code != 250)
                throw new InvalidOperationException(reply.Text);
            if (number >= WarmUp)
                times.Add(TimeProvider.System.GetElapsedTime(start, end));
        }

        return times;
    }
}
