using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>A process that we start and end: exactly this one. What it prints goes to <see cref="LogFile"/>.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private const int SigInterrupt = 2;
    private const int SigKill = 9;
    private const int SigTerm = 15;
    private const int SigContinue = 18;
    private const int SigStop = 19;

    private static readonly ConcurrentDictionary<int, Process> Running = new();

    private readonly Process process;

    static Daemon() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var process in Running.Values)
            process.Kill();
    };

    private Daemon(Process process, string logFile)
    {
        this.process = process;
        LogFile = logFile;
    }

    public string LogFile { get; }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    public string Log => File.Exists(LogFile) ? ReadShared(LogFile) : "";

    public static Daemon Start(string folder, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var logFile = Path.Combine(folder, "output.log");
        // The shell only redirects, then becomes the program: the process id stays.
        string[] redirect = ["-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", logFile, program];
        var start = new ProcessStartInfo("/bin/sh", redirect.Concat(arguments)) { WorkingDirectory = folder };
        foreach (var ours in start.Environment.Keys.Where(key => key.StartsWith("SMTPTRANSPORT_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(ours);
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
            start.Environment[key] = value;

        var process = Process.Start(start)!;
        Running[process.Id] = process;
        return new Daemon(process, logFile);
    }

    public void Terminate() => Send(SigTerm);

    /// <summary>Ctrl-C.</summary>
    public void Interrupt() => Send(SigInterrupt);

    public void Freeze() => Send(SigStop);

    public void Thaw() => Send(SigContinue);

    public Task KillAsync()
    {
        Send(SigKill);
        return ExitAsync();
    }

    public async Task<int> StopAsync()
    {
        Terminate();
        return await ExitAsync();
    }

    public async Task<int> ExitAsync(TimeSpan? timeout = null)
    {
        using var patience = new CancellationTokenSource(timeout ?? TimeSpan.FromSeconds(45));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{process.StartInfo.WorkingDirectory}: the process did not end.");
        }

        Running.TryRemove(process.Id, out _);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        Running.TryRemove(process.Id, out _);
        process.Dispose();
    }

    private static string ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private void Send(int signal)
    {
        if (!process.HasExited)
            _ = Kill(process.Id, signal);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
