using System.Globalization;

namespace SmtpTransport.EndToEnd.Support;

internal sealed class ProsodyServer : XmppServer
{
    public ProsodyServer(int slots)
        : base(ServerKind.Prosody, WorkFolder.Create("prosody"), [.. Enumerable.Repeat(Loopback.FreePort(), slots)])
    {
    }

    protected override void Configure()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "data"));
        File.WriteAllText(Path.Combine(Folder, "prosody.cfg.lua"), AsShipped ? ShippedConfiguration() : OwnConfiguration());
    }

    private string ShippedConfiguration() => $$"""
        run_as_root = true
        daemonize = false
        pidfile = "{{Folder}}/prosody.pid"
        data_path = "{{Folder}}/data"
        interfaces = { "127.0.0.1" }
        c2s_ports = { {{ClientPort.ToString(CultureInfo.InvariantCulture)}} }
        c2s_direct_tls_ports = {}
        s2s_ports = { {{FederationPort.ToString(CultureInfo.InvariantCulture)}} }
        http_ports = { {{Loopback.FreePort().ToString(CultureInfo.InvariantCulture)}} }
        https_ports = {}
        c2s_require_encryption = false
        allow_unencrypted_plain_auth = true

        """ + Shipped("prosody.cfg.lua")
        .Replace("\"tls\"; ", "", StringComparison.Ordinal)
        .Replace("{ 5347 }", $"{{ {Slots[0].Port.ToString(CultureInfo.InvariantCulture)} }}", StringComparison.Ordinal)
        .Replace("component_interfaces = { \"*\" }", "component_interfaces = { \"127.0.0.1\" }", StringComparison.Ordinal);

    private string OwnConfiguration()
    {
        var components = string.Concat(Slots.Select(slot => $"Component \"{slot.Domain}\"\n  component_secret = \"{Secret}\"\n"));
        var archive = Archive ? "\"mam\"; " : "";
        // An empty list lets all of its hosts in; one that is not takes the place of that.
        var uploads = Uploads is null ? "" : $$"""
            Component "upload.{{Host}}" "http_file_share"
              http_file_share_size_limit = {{Uploads.MaxFileSize.ToString(CultureInfo.InvariantCulture)}}
              http_file_share_daily_quota = {{Uploads.DailyQuota.ToString(CultureInfo.InvariantCulture)}}
              http_file_share_access = { {{string.Join(", ", Slots.Where(_ => Uploads.IsForGateways).Select(slot => slot.Domain).Append(Host).Select(domain => $"\"{domain}\""))}} }
            """;
        var http = Uploads is null ? "" : $$"""
            http_interfaces = { "127.0.0.1" }
            http_ports = { {{Uploads.Port.ToString(CultureInfo.InvariantCulture)}} }
            https_ports = {}
            http_default_host = "upload.{{Host}}"
            http_external_url = "{{Uploads.Url}}/"
            """;
        var federation = Federation is null
            ? "modules_disabled = { \"s2s\" }"
            : $$"""
            s2s_ports = { {{FederationPort.ToString(CultureInfo.InvariantCulture)}} }
            s2s_require_encryption = false
            unbound = {
              resolvconf = false; hoststxt = false; forward = { "127.0.0.1@{{Federation.Port.ToString(CultureInfo.InvariantCulture)}}" };
              options = { ["do-not-query-localhost:"] = "no"; ["local-zone:"] = "test. transparent" };
            }
            """;
        var dialback = Federation is null ? "" : "\"s2s\"; \"dialback\"; ";
        return $$"""
            run_as_root = true
            daemonize = false
            pidfile = "{{Folder}}/prosody.pid"
            data_path = "{{Folder}}/data"
            interfaces = { "127.0.0.1" }
            local_interfaces = { "127.0.0.1" }
            component_interfaces = { "127.0.0.1" }
            c2s_ports = { {{ClientPort.ToString(CultureInfo.InvariantCulture)}} }
            c2s_direct_tls_ports = {}
            component_ports = { {{string.Join(", ", Slots.Select(slot => slot.Port).Distinct())}} }
            c2s_require_encryption = false
            allow_unencrypted_plain_auth = true
            authentication = "internal_plain"
            storage = "internal"
            limits = {}
            log = { { levels = { min = "info" }; to = "console" } }
            modules_enabled = {
              "roster"; "saslauth"; "disco"; "carbons"; "pep"; "private"; "blocklist"; "vcard_legacy"; "version"; "ping";
              "posix"; "message"; "iq"; "presence"; "offline"; {{archive}}{{dialback}}
            }
            {{federation}}
            {{http}}

            VirtualHost "{{Host}}"

            {{uploads}}

            {{components}}
            """;
    }

    protected override Daemon Launch() => Daemon.Start(Folder, "/usr/bin/prosody", ["--config", Path.Combine(Folder, "prosody.cfg.lua"), "-F"]);

    /// <summary>Prosody reads the account from its file at login.</summary>
    protected override Task RegisterAsync(string user)
    {
        var accounts = Directory.CreateDirectory(Path.Combine(Folder, "data", Host.Replace(".", "%2e", StringComparison.Ordinal), "accounts"));
        File.WriteAllText(Path.Combine(accounts.FullName, user + ".dat"), $"return {{\n\t[\"password\"] = \"{Secret}\";\n}};\n");
        return Task.CompletedTask;
    }
}
