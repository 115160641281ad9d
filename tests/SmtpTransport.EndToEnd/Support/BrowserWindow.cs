using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>
/// A window of a real browser that can be asked what it shows (Chrome DevTools Protocol). The page's own scripts never run in it.
/// </summary>
internal sealed class BrowserWindow : IAsyncDisposable
{
    private readonly Daemon browser;
    private readonly ClientWebSocket socket = new();
    private string? session;
    private int asked;

    private BrowserWindow(Daemon browser) => this.browser = browser;

    /// <param name="width">Of a phone's screen below 500.</param>
    public static async Task<BrowserWindow> OpenAsync(int width, bool isDark)
    {
        var folder = WorkFolder.Create("window");
        var window = new BrowserWindow(Daemon.Start(folder, Browser.Program, [.. Browser.Quiet, $"--user-data-dir={folder}", "--remote-debugging-port=0", "about:blank"]));
        try
        {
            await window.ConnectAsync(Path.Combine(folder, "DevToolsActivePort"));
            await window.AskAsync("Emulation.setScriptExecutionDisabled", new { value = true });
            await window.AskAsync("Emulation.setDeviceMetricsOverride", new { width, height = 800, deviceScaleFactor = 2, mobile = width < 500 });
            await window.AskAsync("Emulation.setEmulatedMedia", new { features = new[] { new { name = "prefers-color-scheme", value = isDark ? "dark" : "light" } } });
            return window;
        }
        catch
        {
            await window.DisposeAsync();
            throw;
        }
    }

    public async Task GoAsync(string url)
    {
        await AskAsync("Page.navigate", new { url });
        await ShowsAsync("document.readyState + location.href", "complete" + url);
    }

    /// <summary>Waits until an expression of ours comes to this text, whichever pages come and go until then.</summary>
    public Task ShowsAsync(string expression, string text) =>
        Patience.UntilAsync($"{expression} is {text}", async () => await FindAsync(expression) is { } found && found.GetString() == text);

    /// <summary>What an expression of ours comes to in the page.</summary>
    public async Task<JsonElement> AsAsync(string expression) =>
        await FindAsync(expression) ?? throw new InvalidOperationException($"Nothing comes of {expression}");

    /// <summary>What a screen reader is told: <c>role "name"</c> for each thing that is more than its words.</summary>
    public async Task<IReadOnlyList<string>> SpokenAsync()
    {
        var tree = await AskAsync("Accessibility.getFullAXTree", new { });
        return
        [
            .. from node in tree.GetProperty("nodes").EnumerateArray()
               where !node.GetProperty("ignored").GetBoolean() && node.TryGetProperty("role", out _)
               let role = node.GetProperty("role").GetProperty("value").GetString()
               where role is not ("StaticText" or "InlineTextBox")
               select $"{role} \"{(node.TryGetProperty("name", out var name) ? name.GetProperty("value").GetString() : "")}\"",
        ];
    }

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        await browser.DisposeAsync();
    }

    private async Task ConnectAsync(string portFile)
    {
        await Patience.UntilAsync("the browser listens", () => File.Exists(portFile) && File.ReadAllLines(portFile).Length == 2, findings: () => browser.Log);
        var (port, path) = File.ReadAllLines(portFile) is [var first, var second] ? (first, second) : throw new InvalidOperationException(portFile);
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}{path}"), CancellationToken.None);
        var target = (await AskAsync("Target.createTarget", new { url = "about:blank" })).GetProperty("targetId").GetString();
        session = (await AskAsync("Target.attachToTarget", new { targetId = target, flatten = true })).GetProperty("sessionId").GetString();
    }

    /// <summary>Null while a page goes and another comes.</summary>
    private async Task<JsonElement?> FindAsync(string expression)
    {
        var answer = await AnswerAsync("Runtime.evaluate", new { expression, returnByValue = true });
        return answer.TryGetProperty("result", out var found) && !found.TryGetProperty("exceptionDetails", out _) && found.GetProperty("result").TryGetProperty("value", out var value) ? value : null;
    }

    private async Task<JsonElement> AskAsync(string method, object parameters)
    {
        var answer = await AnswerAsync(method, parameters);
        return answer.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException($"{method}: {answer}");
    }

    private async Task<JsonElement> AnswerAsync(string method, object parameters)
    {
        using var patience = new CancellationTokenSource(Patience.Usual);
        var id = ++asked;
        var question = session is null ? (object)new { id, method, @params = parameters } : new { id, method, @params = parameters, sessionId = session };
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(question), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
        while (true)
        {
            var answer = await ReadAsync(patience.Token);
            if (answer.TryGetProperty("id", out var about) && about.GetInt32() == id)
                return answer;
        }
    }

    private async Task<JsonElement> ReadAsync(CancellationToken cancellation)
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        WebSocketReceiveResult read;
        do
        {
            read = await socket.ReceiveAsync(buffer, cancellation);
            message.Write(buffer, 0, read.Count);
        }
        while (!read.EndOfMessage);
        using var document = JsonDocument.Parse(Encoding.UTF8.GetString(message.ToArray()));
        return document.RootElement.Clone();
    }
}
