using System.Diagnostics;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>A program that runs to its end.</summary>
internal static class Command
{
    /// <summary>Standard output and error together; our own environment variables are not passed on.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var ours in start.Environment.Keys.Where(key => key.StartsWith("SMTPTRANSPORT_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(ours);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }

    public static async Task<string> OutputAsync(string program, params string[] arguments) => (await RunAsync(program, arguments)).Output;
}
