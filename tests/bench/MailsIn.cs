using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.Bench;

/// <summary>20 SMTP clients to a durable 250 with the XMPP server's verdict, for one online user.</summary>
internal static class MailsIn
{
    private const int Mails = 4000;
    private const int PostfixMails = 2000;

    public static async Task<IReadOnlyList<Row>> MeasureAsync(ServerKind kind)
    {
        var rows = new List<Row>();
        await using var postfix = new PostfixServer { Parameters = { ["default_transport"] = "discard:", ["smtpd_client_connection_rate_limit"] = "0" } };
        await postfix.StartAsync();
        await using var server = await XmppServer.StartNewAsync(kind);
        var ceiling = await CeilingAsync(server);
        await using var gateway = await Gateways.StartAsync(server.Slots[0], Loopback.FreePort());

        foreach (var kept in new[] { false, true })
        {
            var how = kept ? "connections kept" : "a connection per mail";
            var peer = await Runs.MedianAsync($"Postfix, {how}", () => Load.MailsAsync(postfix.Port, "alice@elsewhere.test", PostfixMails, kept));
            var user = await server.AddUserAsync();
            using var client = await RawChatClient.LoginAsync(server, user);
            var expected = 0;
            var ours = await Runs.MedianAsync($"{kind}, {how}", async () =>
            {
                var rate = await Load.MailsAsync(gateway.SmtpPort, user, Mails, kept);
                expected += Mails;
                await client.WaitAsync(expected, TimeSpan.FromSeconds(60));
                return rate;
            });
            var bySocket = ceiling * 0.8 < peer * 1.5;
            rows.Add(bySocket
                ? Row.Rate($"mails/s in, {kind}, {how}", ours, ceiling, 0.8, " of a bare socket")
                : Row.Rate($"mails/s in, {kind}, {how}", ours, peer, 1.5, " of Postfix"));
        }

        return rows;
    }

    /// <summary>What a bare socket can push through this server to an online user.</summary>
    private static async Task<double> CeilingAsync(XmppServer server)
    {
        using var component = await RawComponent.BindAsync(server.Slots[0]);
        var user = await server.AddUserAsync();
        using var client = await RawChatClient.LoginAsync(server, user);
        var attributes = $"from='bob%mail.test@{server.Slots[0].Domain}' to='{user}'";
        var sent = 0;
        return await Runs.MedianAsync($"{server.Kind}, bare socket", async () =>
        {
            var start = TimeProvider.System.GetTimestamp();
            for (var part = 0; part < Mails; part += 50)
                await component.Stream.WriteAsync(Load.Messages(part, 50, attributes));
            sent += Mails;
            await client.WaitAsync(sent, TimeSpan.FromSeconds(60));
            return Mails / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        });
    }
}
