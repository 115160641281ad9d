using System.Globalization;
using System.Text.RegularExpressions;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.Bench;

/// <summary>Postfix's smtp-sink: takes every mail, throws it away and counts.</summary>
internal sealed partial class SmtpSink : IAsyncDisposable
{
    private readonly Daemon daemon;

    public SmtpSink()
    {
        // As root it wants to become somebody else.
        string[] user = Environment.IsPrivilegedProcess ? ["-u", "postfix"] : [];
        daemon = Daemon.Start(WorkFolder.Create("smtp-sink"), "/usr/sbin/smtp-sink", [.. user, "-c", $"127.0.0.1:{Port}", "1000"]);
    }

    public int Port { get; } = Loopback.FreePort();

    public Task ReadyAsync() => Patience.UntilAsync("smtp-sink is up", () => Loopback.AnswersAsync(Port));

    public Task TakenAsync(int mails) => Patience.UntilAsync($"smtp-sink has {mails} mails", () => Count() >= mails, TimeSpan.FromMinutes(5));

    /// <summary>From the end of the counters that it prints over each other.</summary>
    public int Count()
    {
        using var log = new FileStream(daemon.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Seek(-Math.Min(200, log.Length), SeekOrigin.End);
        using var reader = new StreamReader(log);
        var counters = Counter().Matches(reader.ReadToEnd());
        return counters.Count == 0 ? 0 : int.Parse(counters[^1].Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    public ValueTask DisposeAsync() => daemon.DisposeAsync();

    [GeneratedRegex(@"mesg=(\d+)\s")]
    private static partial Regex Counter();
}
