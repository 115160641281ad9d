using System.Text;
using System.Text.Json;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>Without Erlang distribution, hence without epmd; its HTTP API takes the place of ejabberdctl.</summary>
internal sealed class EjabberdServer : XmppServer
{
    private static readonly HttpClient Http = new();

    private readonly int apiPort = Loopback.FreePort();

    /// <summary>Messages that it keeps for a user who is offline.</summary>
    public int OfflineQuota { get; init; } = 1_000_000;

    // Two component hosts on one listener would share its routes: each has a listener of its own.
    public EjabberdServer(int slots)
        : base(ServerKind.Ejabberd, WorkFolder.Create("ejabberd"), [.. Enumerable.Range(0, slots).Select(_ => Loopback.FreePort())])
    {
    }

    private string Resolver => Path.Combine(Folder, "inetrc");

    protected override void Configure()
    {
        File.WriteAllText(Path.Combine(Folder, "ejabberd.yml"), AsShipped ? ShippedConfiguration() : OwnConfiguration());
        // Erlang asks this name server instead of the machine's.
        File.WriteAllText(Resolver, Federation is null ? "" : $"{{resolv_conf, \"\"}}.\n{{hosts_file, \"\"}}.\n{{lookup, [dns]}}.\nclear_ns.\n{{nameserver, {{127,0,0,1}}, {Federation.Port}}}.\n");
        Directory.CreateDirectory(Path.Combine(Folder, "spool"));
        Directory.CreateDirectory(Path.Combine(Folder, "log"));
        Directory.CreateDirectory(Path.Combine(Folder, "upload"));
    }

    private string ShippedConfiguration() => Shipped("ejabberd.yml")
        .Replace("ip: \"::\"", "ip: \"127.0.0.1\"", StringComparison.Ordinal)
        .Replace("port: 5222", $"port: {ClientPort}", StringComparison.Ordinal)
        .Replace("port: 5269", $"port: {FederationPort}", StringComparison.Ordinal)
        .Replace("port: 5347", $"port: {Slots[0].Port}", StringComparison.Ordinal)
        .Replace("port: 5280", $"port: {apiPort}", StringComparison.Ordinal)
        .Replace("    starttls: true\n    starttls_required: true\n", "", StringComparison.Ordinal)
        // How the tests make accounts.
        .Replace("      /upload: mod_http_upload\n", "      /upload: mod_http_upload\n      /api: mod_http_api\n", StringComparison.Ordinal)
        .Replace("modules:\n", "modules:\n  mod_admin_extra: {}\n  mod_http_api: {}\n", StringComparison.Ordinal)
        + "api_permissions:\n  tests: {from: [mod_http_api], who: {ip: \"127.0.0.0/8\"}, what: \"*\"}\n";

    private string OwnConfiguration()
    {
        var listeners = string.Concat(Slots.Select(slot =>
            $"  - {{port: {slot.Port}, ip: \"127.0.0.1\", module: ejabberd_service, hosts: {{\"{slot.Domain}\": {{password: \"{Secret}\"}}}}}}\n"));
        var archive = Archive ? "  mod_mam: {default: always, assume_mam_usage: false}\n" : "";
        var federation = Federation is null ? "" : $"  - {{port: {FederationPort}, ip: \"127.0.0.1\", module: ejabberd_s2s_in}}\n";
        var allowed = string.Join(", ", Slots.Where(_ => Uploads is { IsForGateways: true }).Select(slot => $"\"{slot.Domain}\"").Append($"\"{Host}\""));
        var uploads = Uploads is null ? "" :
            $"  mod_http_upload: {{put_url: \"{Uploads.Url}/upload\", docroot: \"{Folder}/upload\", access: uploaders, max_size: {Uploads.MaxFileSize}}}\n";
        var uploadListener = Uploads is null ? "" : $"  - {{port: {Uploads.Port}, ip: \"127.0.0.1\", module: ejabberd_http, request_handlers: {{/upload: mod_http_upload}} }}\n";
        var dialback = Federation is null ? "" : "  mod_s2s_dialback: {}\n";
        return $$"""
            loglevel: info
            hosts: ["{{Host}}"]
            listen:
              - {port: {{ClientPort}}, ip: "127.0.0.1", module: ejabberd_c2s, access: all}
              - {port: {{apiPort}}, ip: "127.0.0.1", module: ejabberd_http, request_handlers: {/api: mod_http_api} }
            {{listeners}}{{uploadListener}}{{federation}}
            auth_method: internal
            auth_password_format: plain
            acl:
              loopback: {ip: ["127.0.0.0/8"]}
              uploaders: {server: [{{allowed}}]}
            access_rules:
              uploaders: [{allow: uploaders}]
            api_permissions:
              tests: {from: [mod_http_api], who: {ip: "127.0.0.0/8"}, what: "*"}
            shaper: {}
            shaper_rules: {max_user_sessions: 10, max_user_offline_messages: {{OfflineQuota}}}
            modules:
              mod_admin_extra: {}
              mod_blocking: {}
              mod_carboncopy: {}
              mod_disco: {}
              mod_http_api: {}
              mod_offline: {access_max_user_messages: max_user_offline_messages}
              mod_ping: {}
              mod_privacy: {}
              mod_private: {}
              mod_roster: {}
              mod_vcard: {}
              mod_version: {}
            {{archive}}{{uploads}}{{dialback}}
            """;
    }

    protected override Daemon Launch()
    {
        var library = Directory.EnumerateDirectories("/usr/lib", "ejabberd-*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }).First();
        return Daemon.Start(
            Folder,
            "/usr/bin/erl",
            ["+K", "true", "-noinput", "-mnesia", "dir", $"\"{Folder}/spool\"", "-s", "ejabberd"],
            new Dictionary<string, string>
            {
                ["EJABBERD_CONFIG_PATH"] = Path.Combine(Folder, "ejabberd.yml"),
                ["EJABBERD_LOG_PATH"] = Path.Combine(Folder, "log", "ejabberd.log"),
                ["EJABBERD_PID_PATH"] = Path.Combine(Folder, "ejabberd.pid"),
                ["ERL_LIBS"] = Path.GetDirectoryName(library)!,
                ["ERL_INETRC"] = Resolver,
                ["ERL_CRASH_DUMP"] = Path.Combine(Folder, "log", "crash.dump"),
                ["HOME"] = Folder,
            });
    }

    protected override async Task RegisterAsync(string user)
    {
        using var answer = await AskAsync("register", new { user, host = Host, password = Secret });
        answer.EnsureSuccessStatusCode();
    }

    protected override async Task<bool> ReadyAsync()
    {
        if (!await base.ReadyAsync())
            return false;
        try
        {
            using var answer = await AskAsync("status", new { });
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>With the body's length told: ejabberd does not take chunks.</summary>
    private async Task<HttpResponseMessage> AskAsync<T>(string command, T arguments)
    {
        using var body = new StringContent(JsonSerializer.Serialize(arguments), Encoding.UTF8, "application/json");
        return await Http.PostAsync(new Uri($"http://127.0.0.1:{apiPort}/api/{command}"), body);
    }
}
