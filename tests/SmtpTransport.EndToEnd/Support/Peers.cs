using System.Threading.Channels;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>What all scenarios of a run share: one server of each kind, and the chat clients' process.</summary>
internal static class Peers
{
    /// <summary>Scenarios that may run side by side on one server.</summary>
    public const int Slots = 4;

    private static readonly Lazy<Task<SharedServer>> Prosody = new(() => SharedServer.StartAsync(ServerKind.Prosody));
    private static readonly Lazy<Task<SharedServer>> Ejabberd = new(() => SharedServer.StartAsync(ServerKind.Ejabberd));
    private static readonly Lazy<ChatDriver> Driver = new(() => new ChatDriver());

    public static ChatDriver Chat => Driver.Value;

    public static Task<SharedServer> ServerAsync(ServerKind kind) => (kind == ServerKind.Prosody ? Prosody : Ejabberd).Value;

    public static async Task StopAsync()
    {
        if (Driver.IsValueCreated)
            await Driver.Value.DisposeAsync();
        foreach (var server in new[] { Prosody, Ejabberd }.Where(server => server.IsValueCreated && server.Value.IsCompletedSuccessfully))
            await (await server.Value).Server.DisposeAsync();
        WorkFolder.Remove();
    }
}

/// <summary>A server and its component names, each lent to one scenario at a time.</summary>
internal sealed class SharedServer
{
    private readonly Channel<ComponentSlot> free = Channel.CreateUnbounded<ComponentSlot>();

    private SharedServer(XmppServer server)
    {
        Server = server;
        foreach (var slot in server.Slots)
            Return(slot);
    }

    public XmppServer Server { get; }

    public static async Task<SharedServer> StartAsync(ServerKind kind) => new(await XmppServer.StartNewAsync(kind, Peers.Slots));

    public ValueTask<ComponentSlot> TakeAsync() => free.Reader.ReadAsync();

    public void Return(ComponentSlot slot) => free.Writer.TryWrite(slot);
}
