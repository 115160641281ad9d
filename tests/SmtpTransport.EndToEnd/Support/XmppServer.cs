using SmtpTransport.Tests.Support;

namespace SmtpTransport.EndToEnd.Support;

public enum ServerKind
{
    Prosody,
    Ejabberd,
}

/// <summary>Where a component may bind: scenarios that run side by side each have one of their own.</summary>
internal sealed record ComponentSlot(string Domain, int Port)
{
    /// <summary>The domain of the users beside it.</summary>
    public string Host => Domain[(Domain.IndexOf('.', StringComparison.Ordinal) + 1)..];
}

/// <summary>An upload service for files (XEP-0363).</summary>
/// <param name="MaxFileSize">Octets.</param>
/// <param name="IsForGateways">As its operator has to allow; false: as the servers come.</param>
internal sealed record Uploads(int MaxFileSize = 26_214_400, bool IsForGateways = true)
{
    public int Port { get; } = Loopback.FreePort();

    /// <summary>Where the service says that it is, when that is not where it listens.</summary>
    public int? AdvertisedPort { get; init; }

    /// <summary>Octets that each JID may upload in a day; only Prosody counts them.</summary>
    public long DailyQuota { get; init; } = 10L * MaxFileSize;

    public string Url => $"http://127.0.0.1:{AdvertisedPort ?? Port}";
}

/// <summary>A real XMPP server, private to this run, on loopback.</summary>
/// <param name="componentPorts">One for each component.</param>
internal abstract class XmppServer(ServerKind kind, string folder, IReadOnlyList<int> componentPorts) : IAsyncDisposable
{
    public const string Domain = "xmpp.test";
    public const string Secret = "secret";

    private static int users;

    private Daemon? daemon;

    public ServerKind Kind => kind;

    public int ClientPort { get; } = Loopback.FreePort();

    /// <summary>The domain of its users.</summary>
    public string Host { get; init; } = Domain;

    /// <summary>Where it looks for other servers; without one it talks to none.</summary>
    public FakeDns? Federation { get; init; }

    /// <summary>Where other servers reach it.</summary>
    public int FederationPort { get; } = Loopback.FreePort();

    /// <summary>The server's archive (XEP-0313): off, it slows both servers down.</summary>
    public bool Archive { get; init; }

    /// <summary>Null: it has no upload service.</summary>
    public Uploads? Uploads { get; init; }

    /// <summary>With the configuration of deploy/ instead of the tests' own: only ports, folders and TLS, which loopback has no certificate for, are changed.</summary>
    public bool AsShipped { get; init; }

    public IReadOnlyList<ComponentSlot> Slots => [.. componentPorts.Select((port, number) => new ComponentSlot($"smtp{number + 1}.{Host}", port))];

    public string Log => daemon?.Log ?? "";

    protected string Folder => folder;

    public static XmppServer Create(ServerKind kind, int slots = 1, Uploads? uploads = null) =>
        kind == ServerKind.Prosody ? new ProsodyServer(slots) { Uploads = uploads } : new EjabberdServer(slots) { Uploads = uploads };

    public static async Task<XmppServer> StartNewAsync(ServerKind kind, int slots = 1)
    {
        var server = Create(kind, slots);
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        Configure();
        daemon = Launch();
        await Patience.UntilAsync($"{kind} is up", ReadyAsync, TimeSpan.FromSeconds(60));
    }

    public async Task StopAsync()
    {
        if (daemon is not null)
            await daemon.StopAsync();
    }

    public async Task KillAsync()
    {
        if (daemon is not null)
            await daemon.KillAsync();
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public void Freeze() => daemon?.Freeze();

    public void Thaw() => daemon?.Thaw();

    /// <summary>A new account with a name that no other scenario has; returns its bare JID.</summary>
    public async Task<string> AddUserAsync(string name = "alice")
    {
        var unique = $"{name}{Interlocked.Increment(ref users)}";
        await RegisterAsync(unique);
        return $"{unique}@{Host}";
    }

    public async ValueTask DisposeAsync()
    {
        if (daemon is not null)
            await daemon.DisposeAsync();
    }

    protected abstract void Configure();

    /// <summary>A file of deploy/, with the component and the secret that scenarios know.</summary>
    protected string Shipped(string file) => File.ReadAllText(Repository.Path("deploy/" + file))
        .Replace("smtp.example.org", Slots[0].Domain, StringComparison.Ordinal)
        .Replace("change-me", Secret, StringComparison.Ordinal);

    protected abstract Daemon Launch();

    protected abstract Task RegisterAsync(string user);

    protected virtual async Task<bool> ReadyAsync()
    {
        if (daemon!.HasExited)
            throw new InvalidOperationException($"{kind} did not start:\n{Log}");
        return await Loopback.AnswersAsync(ClientPort)
            && (Slots.Count == 0 || await Loopback.AnswersAsync(Slots[0].Port))
            && (Federation is null || await Loopback.AnswersAsync(FederationPort));
    }
}
