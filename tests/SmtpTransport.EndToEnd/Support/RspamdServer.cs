namespace SmtpTransport.EndToEnd.Support;

/// <summary>A real rspamd that asks nobody else: no DNS lists, no learning, no database.</summary>
internal sealed class RspamdServer : IAsyncDisposable
{
    private static readonly string[] Off =
    [
        "rbl", "surbl", "fuzzy_check", "phishing", "mid", "asn", "url_redirector", "maillist", "greylist", "ratelimit", "history_redis", "replies",
        "neural", "dmarc_report", "known_senders", "classifier-bayes", "spf", "dkim", "dmarc", "arc",
    ];

    private readonly string folder = WorkFolder.Create("rspamd");
    private Daemon? daemon;

    public static bool IsPossible => Environment.IsPrivilegedProcess && File.Exists("/usr/bin/rspamd");

    public string Url => $"http://127.0.0.1:{Port}/checkv2";

    private int Port { get; } = Loopback.FreePort();

    public async Task StartAsync()
    {
        foreach (var name in new[] { "local.d", "db", "log", "run" })
            Directory.CreateDirectory(Path.Combine(folder, name));
        Write("options.inc", $"dns {{ nameserver = [\"127.0.0.1:{Loopback.FreePort()}:1\"]; timeout = 0.1s; retransmits = 1; }}\n"
            + $"local_addrs = [];\nenable_test_patterns = true;\ngtube_patterns = \"all\";\ncontrol_socket = \"{folder}/run/rspamd.sock mode=0600\";");
        Write("worker-normal.inc", $"bind_socket = \"127.0.0.1:{Port}\"; count = 1;");
        Write("logging.inc", $"type = \"file\"; filename = \"{folder}/rspamd.log\";");
        foreach (var worker in new[] { "controller", "proxy", "fuzzy" })
            Write($"worker-{worker}.inc", "enabled = false;");
        foreach (var module in Off)
            Write($"{module}.conf", "enabled = false;");
        daemon = Daemon.Start(folder, "/usr/bin/rspamd", ["-f", "-i", .. new[] { $"LOCAL_CONFDIR={folder}", $"DBDIR={folder}/db", $"RUNDIR={folder}/run", $"LOGDIR={folder}/log" }.Select(variable => "--var=" + variable)]);
        await Patience.UntilAsync("rspamd is up", () => Loopback.AnswersAsync(Port), TimeSpan.FromSeconds(60), () => daemon.Log);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref daemon, null) is not { } running)
            return;
        await running.StopAsync();
        await running.DisposeAsync();
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder, "local.d", name), text + "\n");
}
