using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.Bench;

/// <summary>Memory for mails with files, through the server's own upload service.</summary>
internal static class Files
{
    /// <summary>In base64 they are just below 25 MB.</summary>
    private const int Octets = 18_000_000;

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        await using var server = XmppServer.Create(ServerKind.Prosody, uploads: new Uploads());
        await server.StartAsync();
        var archive = await Runs.MedianAsync("VmHWM with a mail of 25 MB and 20 files, MB", () => PeakAsync(server, 20, messages: 2));
        var each = await Runs.MedianAsync("VmHWM with a mail of 25 MB and 10 files, MB", () => PeakAsync(server, 10, messages: 11));
        return
        [
            Row.Bound("peak memory, a mail of 25 MB with 20 files (one archive)", archive, 300, "MB"),
            Row.Bound("peak memory, a mail of 25 MB with 10 files (one by one)", each, 300, "MB"),
        ];
    }

    /// <param name="messages">The text, and the messages that bring the files.</param>
    private static async Task<double> PeakAsync(XmppServer server, int number, int messages)
    {
        await using var gateway = await Gateways.StartAsync(server.Slots[0], Loopback.FreePort());
        var user = await server.AddUserAsync();
        using var client = await RawChatClient.LoginAsync(server, user);
        var files = Enumerable.Range(1, number).Select(file => SentFile.Random($"{file}.bin", Octets / number)).ToArray();
        var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", user, MailWithFiles.Of(user, "Many files.", files));
        if (reply.Code != 250)
            throw new InvalidOperationException(reply.Text);
        await client.WaitAsync(messages, TimeSpan.FromMinutes(2));
        return gateway.Memory() / 1e6;
    }
}
