using System.Text.Json;
using System.Text.Json.Nodes;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>The configuration file of one gateway, with a scenario's own words over what all of them need.</summary>
internal sealed class GatewayConfiguration
{
    private readonly JsonObject root;

    public GatewayConfiguration(string folder, ComponentSlot slot, int relayPort)
        : this(folder, [])
    {
        this["Xmpp:Server"] = $"127.0.0.1:{slot.Port}";
        this["Xmpp:Domain"] = slot.Domain;
        this["Xmpp:Secret"] = XmppServer.Secret;
        this["Smtp:Listen"] = new JsonArray($"127.0.0.1:{SmtpPort}");
        this["Smtp:Hostname"] = $"mx.{slot.Host}";
        this["Mail:Domains"] = new JsonObject { [slot.Host] = slot.Host };
        this["Delivery:Relay"] = $"smtp://127.0.0.1:{relayPort}";
        this["Delivery:HoldFor"] = "0";
        // Nobody here publishes anything; the scenarios about senders have their own zone.
        this["Inbound:Dmarc"] = "off";
        this["Delivery:RetryAfter"] = new JsonArray("00:00:01");
        this["Storage"] = $"Data Source={StorageFile}";
        this["Web:Listen"] = $"127.0.0.1:{WebPort}";
    }

    private GatewayConfiguration(string folder, JsonObject root)
    {
        Folder = folder;
        this.root = root;
    }

    /// <summary>The file of deploy/, with its component, ports and folders changed, and nobody to wait for.</summary>
    public static GatewayConfiguration Shipped(string folder, ComponentSlot slot, int relayPort)
    {
        var comments = new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
        var sample = JsonNode.Parse(Repository.Read("deploy/smtp-transport.json"), documentOptions: comments)!.AsObject();
        var secret = Path.Combine(folder, "secret");
        System.IO.File.WriteAllText(secret, XmppServer.Secret + "\n");
        var configuration = new GatewayConfiguration(folder, sample);
        configuration["Xmpp:Server"] = $"127.0.0.1:{slot.Port}";
        configuration["Xmpp:Domain"] = slot.Domain;
        configuration["Xmpp:SecretFile"] = secret;
        configuration["Smtp:Listen"] = new JsonArray($"127.0.0.1:{configuration.SmtpPort}", $"[::1]:{configuration.SmtpPort}");
        configuration["Delivery:Relay"] = $"smtp://127.0.0.1:{relayPort}";
        configuration["Delivery:HoldFor"] = "0";
        configuration["Storage"] = $"Data Source={configuration.StorageFile}";
        configuration["Web"] = new JsonObject { ["Listen"] = $"127.0.0.1:{configuration.WebPort}" };
        return configuration;
    }

    public string Folder { get; }

    public int SmtpPort { get; } = Loopback.FreePort();

    public int WebPort { get; } = Loopback.FreePort();

    public string StorageFile => Path.Combine(Folder, "gateway.db");

    public string File => Path.Combine(Folder, "gateway.json");

    /// <summary>A key as the documentation writes it; null removes it.</summary>
    public JsonNode? this[string key]
    {
        set
        {
            var section = root;
            var parts = key.Split(':');
            foreach (var part in parts[..^1])
                section = (JsonObject)(section[part] ??= new JsonObject());
            section.Remove(parts[^1]);
            if (value is not null)
                section[parts[^1]] = value;
        }
    }

    public void Save() => System.IO.File.WriteAllText(File, root.ToJsonString());
}
