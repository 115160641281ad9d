namespace SmtpTransport.EndToEnd.Support;

/// <summary>A real mail server, private to this run. It needs root.</summary>
internal sealed class PostfixServer : IAsyncDisposable
{
    private readonly string folder = WorkFolder.Create("postfix");
    private Daemon? daemon;

    public int Port { get; } = Loopback.FreePort();

    /// <summary>Domain to next hop, for example <c>xmpp.test</c> to <c>smtp:[127.0.0.1]:2525</c>.</summary>
    public Dictionary<string, string> Transports { get; init; } = [];

    /// <summary>Over what stands in <c>main.cf</c> anyway.</summary>
    public Dictionary<string, string> Parameters { get; init; } = [];

    public string Log => File.Exists(MailLog) ? File.ReadAllText(MailLog) : "";

    private string MailLog => Path.Combine(folder, "mail.log");

    private string Conf => Path.Combine(folder, "conf");

    public static bool IsPossible => Environment.IsPrivilegedProcess && File.Exists("/usr/sbin/postfix");

    public async Task StartAsync()
    {
        await ConfigureAsync();
        await Command.RunAsync("/usr/sbin/postfix", "-c", Conf, "check");
        daemon = Daemon.Start(folder, "/usr/sbin/postfix", ["-c", Conf, "start-fg"], new Dictionary<string, string> { ["MAIL_CONFIG"] = Conf });
        await Patience.UntilAsync("Postfix is up", () => Loopback.AnswersAsync(Port));
    }

    public async ValueTask DisposeAsync()
    {
        if (daemon is null)
            return;
        await Command.RunAsync("/usr/sbin/postfix", "-c", Conf, "stop");
        await daemon.ExitAsync();
        await daemon.DisposeAsync();
    }

    private async Task ConfigureAsync()
    {
        foreach (var name in new[] { "conf", "spool", "data" })
            Directory.CreateDirectory(Path.Combine(folder, name));
        await Command.RunAsync("/bin/chown", "postfix", Path.Combine(folder, "data"));

        var settings = new Dictionary<string, string>
        {
            ["compatibility_level"] = "3.6",
            ["queue_directory"] = Path.Combine(folder, "spool"),
            ["data_directory"] = Path.Combine(folder, "data"),
            ["mail_owner"] = "postfix",
            ["setgid_group"] = "postdrop",
            ["command_directory"] = "/usr/sbin",
            ["daemon_directory"] = "/usr/lib/postfix/sbin",
            ["inet_interfaces"] = "127.0.0.1",
            ["inet_protocols"] = "ipv4",
            ["myhostname"] = "mail.mail.test",
            ["mydestination"] = "",
            ["mynetworks"] = "127.0.0.0/8",
            ["maillog_file"] = MailLog,
            ["maillog_file_prefixes"] = folder,
            ["alias_maps"] = "",
            ["alias_database"] = "",
            ["transport_maps"] = $"texthash:{Conf}/transport",
            ["smtpd_relay_restrictions"] = "permit_mynetworks,reject",
            ["smtpd_peername_lookup"] = "no",
            ["smtp_tls_security_level"] = "may",
            ["smtp_host_lookup"] = "native",
            ["message_size_limit"] = "50000000",
            ["mailbox_size_limit"] = "0",
            ["smtpd_client_connection_count_limit"] = "0",
            ["minimal_backoff_time"] = "1s",
            ["maximal_backoff_time"] = "2s",
            ["queue_run_delay"] = "1s",
            ["import_environment"] = "MAIL_CONFIG TZ LANG=C",
        };
        foreach (var (key, value) in Parameters)
            settings[key] = value;
        File.WriteAllLines(Path.Combine(Conf, "main.cf"), settings.Select(setting => $"{setting.Key} = {setting.Value}"));
        File.WriteAllLines(Path.Combine(Conf, "transport"), Transports.Select(transport => $"{transport.Key} {transport.Value}"));
        File.WriteAllLines(Path.Combine(Conf, "master.cf"), [$"127.0.0.1:{Port} inet n - n - - smtpd", .. Services()]);
    }

    /// <summary>
    /// Debian's own services, without chroot and without the public listener. The queue manager looks at new mail every second: one that it
    /// finds locked (its "skipped, still being delivered") otherwise waits for its next wake-up, five minutes later.
    /// </summary>
    private static IEnumerable<string> Services() => File.ReadLines("/usr/share/postfix/master.cf.dist")
        .Where(line => line.Length > 0 && line[0] != '#' && !line.StartsWith("smtp      inet", StringComparison.Ordinal))
        .Select(line => char.IsWhiteSpace(line[0]) ? line : Adapted(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    private static string Adapted(string[] fields)
    {
        fields[4] = "n";
        if (fields[0] == "qmgr")
            fields[5] = "1";
        return string.Join(' ', fields);
    }
}
