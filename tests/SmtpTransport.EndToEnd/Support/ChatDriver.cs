using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>One Python process with slixmpp, an implementation of XMPP that is not ours, holds the sessions of all chat clients.</summary>
internal sealed class ChatDriver : IAsyncDisposable
{
    private readonly Process process;
    private readonly ConcurrentDictionary<string, ChatClient> clients = new();
    private readonly Lock writing = new();
    private int count;

    public ChatDriver()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Support", "chat_driver.py");
        process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = WorkFolder.Create("chat"),
        })!;
        process.OutputDataReceived += (_, line) => Dispatch(line.Data);
        process.BeginOutputReadLine();
    }

    /// <summary>Logs in and waits until the session stands.</summary>
    public async Task<ChatClient> LoginAsync(XmppServer server, string bareJid, string resource = "phone", bool presence = true)
    {
        var id = Interlocked.Increment(ref count).ToString(CultureInfo.InvariantCulture);
        var client = new ChatClient(this, id, $"{bareJid}/{resource}");
        clients[id] = client;
        Tell(new { @do = "login", client = id, jid = client.Jid, password = XmppServer.Secret, port = server.ClientPort, presence });
        await client.ReadyAsync();
        return client;
    }

    public void Tell<T>(T command)
    {
        var line = JsonSerializer.Serialize(command);
        lock (writing)
        {
            process.StandardInput.WriteLine(line);
            process.StandardInput.Flush();
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private void Dispatch(string? line)
    {
        if (line is null)
            return;
        var message = JsonSerializer.Deserialize<Event>(line, JsonSerializerOptions.Web)!;
        if (clients.TryGetValue(message.Client, out var client))
            client.Take(message.Event_, message.Text);
    }

    private sealed record Event(string Client, [property: System.Text.Json.Serialization.JsonPropertyName("event")] string Event_, string Text);
}
