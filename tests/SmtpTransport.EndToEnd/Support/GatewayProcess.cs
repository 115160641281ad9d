using System.Net;
using System.Text.Json;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>The real program, started as an operator starts it.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private Daemon? daemon;

    public GatewayProcess(GatewayConfiguration configuration)
    {
        Configuration = configuration;
        configuration.Save();
    }

    /// <summary>Built beside the tests, in the same configuration.</summary>
    public static string Executable { get; } =
        Environment.GetEnvironmentVariable("SMTPTRANSPORT_EXECUTABLE")
        ?? Path.GetFullPath(Path.Combine(
            AppContext.BaseDirectory,
            "..", "..", "SmtpTransport.Host",
            Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)),
            "smtp-transport"));

    public GatewayConfiguration Configuration { get; }

    public int SmtpPort => Configuration.SmtpPort;

    public string Log => daemon?.Log ?? "";

    public int ProcessId => daemon!.Id;

    public bool HasExited => daemon!.HasExited;

    /// <summary>Words that stand before the program on the command line, for example to limit it.</summary>
    public string[] Wrapper { get; init; } = [];

    public void Launch()
    {
        string[] line = [.. Wrapper, Executable, "--config", Configuration.File];
        daemon = Daemon.Start(Configuration.Folder, line[0], line[1..]);
    }

    public async Task StartAsync()
    {
        Launch();
        await ReadyAsync();
    }

    public Task ReadyAsync() => Patience.UntilAsync("the gateway is ready", async () =>
    {
        if (daemon!.HasExited)
            throw new InvalidOperationException($"The gateway ended with {daemon.ExitCode}:\n{Log}");
        return await StatusAsync("/readyz") == HttpStatusCode.OK;
    }, TimeSpan.FromMinutes(1));

    public Task UnreadyAsync() => Patience.UntilAsync("the gateway is not ready", async () => await StatusAsync("/readyz") == HttpStatusCode.ServiceUnavailable);

    /// <summary>Null while nothing answers.</summary>
    public async Task<HttpStatusCode?> StatusAsync(string path)
    {
        try
        {
            using var answer = await Http.GetAsync(Url(path));
            return answer.StatusCode;
        }
        catch (Exception silent) when (silent is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    public async Task<string> PageAsync(string path)
    {
        using var answer = await Http.GetAsync(Url(path));
        return await answer.Content.ReadAsStringAsync();
    }

    public Task KillAsync() => daemon!.KillAsync();

    public void Terminate() => daemon!.Terminate();

    public Task<int> ExitAsync() => daemon!.ExitAsync();

    public Task<int> StopAsync() => daemon!.StopAsync();

    /// <summary>A subcommand beside the running gateway.</summary>
    public Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) =>
        Command.RunAsync(Executable, ["--config", Configuration.File, .. arguments]);

    /// <summary>What <c>queue list --json</c> shows.</summary>
    public async Task<IReadOnlyList<JsonElement>> QueueAsync()
    {
        var (exitCode, output) = await RunAsync("queue", "list", "--json");
        if (exitCode != 0)
            throw new InvalidOperationException(output);
        return [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
    }

    /// <summary>The highest memory that the process has had, in bytes.</summary>
    public long Memory(string field = "VmHWM")
    {
        var line = File.ReadLines($"/proc/{ProcessId}/status").First(line => line.StartsWith(field + ":", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', '\t', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) * 1024;
    }

    public async ValueTask DisposeAsync()
    {
        if (daemon is not null)
            await daemon.DisposeAsync();
    }

    private Uri Url(string path) => new($"http://127.0.0.1:{Configuration.WebPort}{path}");
}
