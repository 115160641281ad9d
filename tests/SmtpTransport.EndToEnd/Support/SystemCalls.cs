using System.Text.RegularExpressions;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>The n-th call of one kind that a thread makes; strace counts for each thread.</summary>
internal sealed record SystemCall(string Name, int Number)
{
    public override string ToString() => $"{Name} {Number}";
}

/// <summary>strace at a running process: it writes down what the process asks of the system, and answers some of it wrongly.</summary>
internal sealed partial class SystemCalls : IAsyncDisposable
{
    private const string Strace = "/usr/bin/strace";

    private readonly string folder;
    private readonly Daemon daemon;

    private SystemCalls(string folder, Daemon daemon)
    {
        this.folder = folder;
        this.daemon = daemon;
    }

    public static bool CanBeWatched => Environment.IsPrivilegedProcess && File.Exists(Strace);

    /// <summary>How many of the calls so far were tampered with.</summary>
    public int Injected => Trace.Split("(INJECTED)").Length - 1;

    private string Trace => File.ReadAllText(Path.Combine(folder, "trace"));

    /// <param name="calls">Names, parted by commas.</param>
    /// <param name="fault">As strace takes it: <c>signal=SIGKILL:when=3</c>.</param>
    /// <param name="files">Calls on these files only.</param>
    public static async Task<SystemCalls> WatchAsync(int process, string calls, string? fault = null, params string[] files)
    {
        var folder = WorkFolder.Create("strace");
        string[] options = ["-f", "-o", Path.Combine(folder, "trace"), "-s", "0", "-e", $"trace={calls}", "-e", "signal=none"];
        string[] tampering = fault is null ? [] : ["-e", $"inject={calls}:{fault}"];
        var daemon = Daemon.Start(folder, Strace, [.. options, .. tampering, .. files.SelectMany(file => new[] { "-P", file }), "-p", $"{process}"]);
        var calling = new SystemCalls(folder, daemon);
        await Patience.UntilAsync("strace is attached", () => daemon.HasExited || daemon.Log.Contains("attached", StringComparison.Ordinal), findings: () => daemon.Log);
        return calling;
    }

    /// <summary>Every call of the busiest thread of each kind.</summary>
    public IReadOnlyList<SystemCall> Steps() =>
    [
        .. Call().Matches(Trace)
            .GroupBy(match => match.Groups["call"].Value)
            .OrderBy(calls => calls.Key, StringComparer.Ordinal)
            .SelectMany(calls => Enumerable.Range(1, calls.CountBy(match => match.Groups["thread"].Value).Max(thread => thread.Value)).Select(number => new SystemCall(calls.Key, number))),
    ];

    /// <summary>Lets go of the process.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!daemon.HasExited)
            await daemon.StopAsync();
        await daemon.DisposeAsync();
    }

    [GeneratedRegex(@"^(?<thread>\d+)\s+(?<call>\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Call();
}
