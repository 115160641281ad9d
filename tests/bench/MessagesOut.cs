using System.Text.Json.Nodes;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.Bench;

/// <summary>Chat messages through the component stream and the spool to smtp-sink.</summary>
internal static class MessagesOut
{
    private const int Messages = 3000;
    private const int Backlog = 100_000;

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        await using var sink = new SmtpSink();
        await sink.ReadyAsync();
        await using var postfix = new PostfixServer
        {
            Parameters =
            {
                ["relayhost"] = $"[127.0.0.1]:{sink.Port}",
                ["smtp_tls_security_level"] = "none",
                ["default_destination_concurrency_limit"] = "20",
                ["initial_destination_concurrency"] = "10",
            },
        };
        await postfix.StartAsync();
        var taken = 0;
        var peer = await Runs.MedianAsync("Postfix, relaying", async () =>
        {
            var start = TimeProvider.System.GetTimestamp();
            taken = sink.Count() + Messages;
            await Load.MailsAsync(postfix.Port, "carol@elsewhere.test", Messages, keepConnections: true);
            await sink.TakenAsync(taken);
            return Messages / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        });

        await using var server = await XmppServer.StartNewAsync(ServerKind.Ejabberd);
        await using var gateway = await Gateways.StartAsync(server.Slots[0], sink.Port);
        using var client = await RawChatClient.LoginAsync(server, await server.AddUserAsync());
        var empty = await Runs.MedianAsync("messages out", () => SendAsync(client, server, sink));

        var waiting = await FillAsync(server, gateway, client, sink);
        var full = await Runs.MedianAsync($"messages out, {waiting} waiting", () => SendAsync(client, server, sink));
        return [Row.Rate("messages/s out", empty, peer, 1.5, " of Postfix"), Row.Rate($"messages/s out, {waiting} deferred ones waiting", full, empty, 0.9, " of an empty spool")];
    }

    private static async Task<double> SendAsync(RawChatClient client, XmppServer server, SmtpSink sink)
    {
        var expected = sink.Count() + Messages;
        var start = TimeProvider.System.GetTimestamp();
        await WriteAsync(client, server, Messages, Load.Size);
        await sink.TakenAsync(expected);
        return Messages / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task WriteAsync(RawChatClient client, XmppServer server, int number, int size)
    {
        for (var part = 0; part < number; part += 50)
            await client.WriteAsync(Load.Messages(part, 50, $"to='carol%elsewhere.test@{server.Slots[0].Domain}'", size));
    }

    /// <summary>Through the product itself: a next hop that puts everything off, then the old one again.</summary>
    private static async Task<int> FillAsync(XmppServer server, GatewayProcess gateway, RawChatClient client, SmtpSink sink)
    {
        var nobody = Loopback.FreePort();

        // So long that none of them is tried again while we measure.
        gateway.Configuration["Delivery:RetryAfter"] = new JsonArray("08:00");
        await RestartAsync(gateway, nobody);
        await WriteAsync(client, server, Backlog, size: 40);
        await Patience.UntilAsync("all of them have been put off", async () => await WaitingAsync(gateway) >= Backlog, TimeSpan.FromMinutes(10));
        var waiting = await WaitingAsync(gateway);
        await RestartAsync(gateway, sink.Port);
        return waiting;
    }

    private static async Task RestartAsync(GatewayProcess gateway, int relayPort)
    {
        await gateway.StopAsync();
        gateway.Configuration["Delivery:Relay"] = $"smtp://127.0.0.1:{relayPort}";
        gateway.Configuration.Save();
        await gateway.StartAsync();
    }

    /// <summary>Attempts that were put off, by the gateway's own count.</summary>
    private static async Task<int> WaitingAsync(GatewayProcess gateway)
    {
        var line = (await gateway.PageAsync("/metrics")).Split('\n').First(line => line.StartsWith("smtptransport_mails_deferred_total{direction=\"chat-to-mail\"}", StringComparison.Ordinal));
        return (int)double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
