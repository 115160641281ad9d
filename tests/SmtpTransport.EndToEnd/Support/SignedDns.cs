namespace SmtpTransport.EndToEnd.Support;

/// <summary>Real DNS: knot with zones of ours, one of them signed, and unbound that validates it and says AD.</summary>
internal sealed class SignedDns : IAsyncDisposable
{
    private readonly string folder = WorkFolder.Create("dns");
    private readonly int authority = Loopback.FreePort();
    private readonly List<Daemon> daemons = [];

    public int Port { get; } = Loopback.FreePort();

    public static bool IsPossible => File.Exists("/usr/sbin/knotd") && File.Exists("/usr/sbin/unbound");

    private string Conf => Path.Combine(folder, "knot", "knot.conf");

    /// <param name="signed">The one zone with DNSSEC.</param>
    /// <param name="zones">Name and records, without SOA and NS.</param>
    public async Task StartAsync(string signed, params (string Name, string Records)[] zones)
    {
        Directory.CreateDirectory(Path.Combine(folder, "knot", "db"));
        Directory.CreateDirectory(Path.Combine(folder, "unbound"));
        foreach (var (name, records) in zones)
            await File.WriteAllTextAsync(ZoneFile(name), $"$ORIGIN {name}.\n$TTL 60\n@ SOA ns host 1 3600 600 86400 5\n@ NS ns\nns A 127.0.0.1\n{records}\n");
        await File.WriteAllTextAsync(Conf, KnotConfiguration(signed, zones.Select(zone => zone.Name)));
        daemons.Add(Daemon.Start(Path.Combine(folder, "knot"), "/usr/sbin/knotd", ["-c", Conf]));
        await Patience.UntilAsync("knot answers", () => Loopback.AnswersAsync(authority));

        var anchors = "";
        await Patience.UntilAsync("the zone is signed", async () =>
        {
            var (exitCode, output) = await Command.RunAsync("/usr/sbin/keymgr", "-c", Conf, signed, "ds");
            anchors = string.Concat(output.Split('\n').Where(line => line.Contains(" DS ", StringComparison.Ordinal)).Select(line => $"  trust-anchor: \"{line.Trim()}\"\n"));
            return exitCode == 0 && anchors.Length > 0;
        });
        var file = Path.Combine(folder, "unbound", "unbound.conf");
        await File.WriteAllTextAsync(file, UnboundConfiguration(anchors, zones.Select(zone => zone.Name)));
        daemons.Add(Daemon.Start(Path.Combine(folder, "unbound"), "/usr/sbin/unbound", ["-d", "-c", file]));
        await Patience.UntilAsync("unbound answers", () => Loopback.AnswersAsync(Port));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in daemons)
            await daemon.DisposeAsync();
    }

    private string ZoneFile(string name) => Path.Combine(folder, "knot", name + ".zone");

    private string KnotConfiguration(string signed, IEnumerable<string> zones) =>
        $"""
        server:
            rundir: "{folder}/knot"
            udp-workers: 1
            tcp-workers: 1
            background-workers: 1
            listen: 127.0.0.1@{authority}
        control:
            listen: "{folder}/knot/knot.sock"
        log:
          - target: stderr
            any: info
        database:
            storage: "{folder}/knot/db"
            journal-db-max-size: 32M
            kasp-db-max-size: 32M
            timer-db-max-size: 4M
        policy:
          - id: ours
            algorithm: ecdsap256sha256
            single-type-signing: on
        zone:

        """ + string.Concat(zones.Select(zone =>
            $"  - domain: {zone}\n    file: \"{ZoneFile(zone)}\"\n    zonefile-sync: -1\n"
            + (zone == signed ? "    zonefile-load: difference-no-serial\n    journal-content: all\n    dnssec-signing: on\n    dnssec-policy: ours\n" : "")));

    private string UnboundConfiguration(string anchors, IEnumerable<string> zones) =>
        $"""
        server:
          interface: 127.0.0.1@{Port}
          port: {Port}
          do-not-query-localhost: no
          username: ""
          chroot: ""
          directory: "{folder}/unbound"
          pidfile: "{folder}/unbound/unbound.pid"
          use-syslog: no
          module-config: "validator iterator"
          local-zone: "test." nodefault
          do-ip6: no
          access-control: 127.0.0.0/8 allow
        {anchors}remote-control:
          control-enable: no
        forward-zone:
          name: "."
          forward-addr: 127.0.0.1@9

        """ + string.Concat(zones.Select(zone => $"stub-zone:\n  name: \"{zone}\"\n  stub-addr: 127.0.0.1@{authority}\n"));
}
