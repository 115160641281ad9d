using System.Text.Json;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>A real browser without a screen: what it shows of a page, and everything that it asked the network for.</summary>
internal static class Browser
{
    public const string Program = "/usr/bin/chromium";

    public static readonly string[] Quiet =
    [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-default-apps", "--disable-extensions", "--no-proxy-server", "--mute-audio", "--password-store=basic", "--hide-scrollbars",
        // Only this machine is there: its own remarks to its makers reach nobody.
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    ];

    public static bool IsThere => File.Exists(Program);

    /// <param name="screenshot">Where a picture of it goes; null for none.</param>
    public static async Task<Visit> VisitAsync(string url, string? screenshot = null, params string[] more)
    {
        var folder = WorkFolder.Create("browser");
        var log = Path.Combine(folder, "net.json");
        // Time runs fast in it: whatever a page does within ten seconds has happened.
        string[] arguments =
        [
            .. Quiet, $"--user-data-dir={folder}", $"--log-net-log={log}", "--net-log-capture-mode=Default", "--virtual-time-budget=10000", "--window-size=1000,1400", .. more,
            screenshot is null ? "--dump-dom" : $"--screenshot={screenshot}", url,
        ];
        var (_, output) = await Command.RunAsync("/usr/bin/timeout", ["60", Program, .. arguments]);
        return new Visit(output, [.. Requests(log)]);
    }

    private static IEnumerable<string> Requests(string log)
    {
        using var read = JsonDocument.Parse(File.ReadAllText(log));
        var start = read.RootElement.GetProperty("constants").GetProperty("logEventTypes").GetProperty("URL_REQUEST_START_JOB").GetInt32();
        foreach (var found in read.RootElement.GetProperty("events").EnumerateArray())
            if (found.GetProperty("type").GetInt32() == start && found.TryGetProperty("params", out var parameters) && parameters.TryGetProperty("url", out var url))
                yield return url.GetString()!;
    }
}

/// <param name="Page">The document as it stands in the end, or what the browser complained about.</param>
/// <param name="Requests">Every URL.</param>
internal sealed record Visit(string Page, IReadOnlyList<string> Requests);
