namespace SmtpTransport.EndToEnd.Support;

/// <summary>
/// One story, told on Prosody and on ejabberd: a server, a chat user, a mail sink and the real gateway between them.
/// </summary>
[TestFixture(ServerKind.Prosody)]
[TestFixture(ServerKind.Ejabberd)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
internal abstract class Scenario(ServerKind kind)
{
    private readonly Stack<IAsyncDisposable> opened = new();
    private readonly List<GatewayProcess> gateways = [];
    private SharedServer? shared;
    private ComponentSlot? slot;

    public ServerKind Kind => kind;

    public XmppServer Server { get; private set; } = null!;

    /// <summary>The gateway's domain.</summary>
    public string Domain => Slot.Domain;

    public ComponentSlot Slot => slot!;

    public MailSink Sink { get; private set; } = null!;

    /// <summary>A scenario that hurts its server brings one of its own.</summary>
    protected virtual bool OwnServer => false;

    /// <summary>The one that it brings.</summary>
    protected virtual XmppServer NewServer() => XmppServer.Create(kind);

    [SetUp]
    public async Task SetUpAsync()
    {
        if (OwnServer)
        {
            Server = Keep(NewServer());
            await Server.StartAsync();
            slot = Server.Slots[0];
        }
        else
        {
            shared = await Peers.ServerAsync(kind);
            Server = shared.Server;
            slot = await shared.TakeAsync();
        }

        Sink = Keep(new MailSink());
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        if (TestContext.CurrentContext.Result.FailCount > 0)
        {
            foreach (var gateway in gateways)
                await TestContext.Out.WriteLineAsync($"--- gateway\n{Tail(gateway.Log)}");
            if (OwnServer)
                await TestContext.Out.WriteLineAsync($"--- {kind}\n{Tail(Server.Log)}");
        }

        while (opened.TryPop(out var item))
            await item.DisposeAsync();
        if (shared is not null && slot is not null)
            shared.Return(slot);
    }

    protected T Keep<T>(T item)
        where T : IAsyncDisposable
    {
        opened.Push(item);
        return item;
    }

    protected GatewayConfiguration NewConfiguration() => new(WorkFolder.Create("gateway"), Slot, Sink.Port);

    protected GatewayProcess NewGateway(Action<GatewayConfiguration>? change = null, params string[] wrapper)
    {
        var configuration = NewConfiguration();
        change?.Invoke(configuration);
        return NewGateway(configuration, wrapper);
    }

    protected GatewayProcess NewGateway(GatewayConfiguration configuration, params string[] wrapper)
    {
        var gateway = Keep(new GatewayProcess(configuration) { Wrapper = wrapper });
        gateways.Add(gateway);
        return gateway;
    }

    protected async Task<GatewayProcess> StartGatewayAsync(Action<GatewayConfiguration>? change = null)
    {
        var gateway = NewGateway(change);
        await gateway.StartAsync();
        return gateway;
    }

    /// <summary>Beside a server of its own, whose upload service is like this.</summary>
    protected async Task<(GatewayProcess Gateway, ChatClient Alice)> StartGatewayAsync(Uploads uploads, Action<GatewayConfiguration>? change = null)
    {
        var server = Keep(XmppServer.Create(kind, uploads: uploads));
        await server.StartAsync();
        var gateway = await StartGatewayAsync(configuration =>
        {
            configuration["Xmpp:Server"] = $"127.0.0.1:{server.Slots[0].Port}";
            configuration["Xmpp:Domain"] = server.Slots[0].Domain;
            change?.Invoke(configuration);
        });
        return (gateway, Keep(await Peers.Chat.LoginAsync(server, await server.AddUserAsync(), "phone")));
    }

    /// <summary>A new user's bare JID, which is also the user's mail address.</summary>
    protected Task<string> NewUserAsync(string name = "alice") => Server.AddUserAsync(name);

    protected async Task<ChatClient> LoginAsync(string user, string resource = "phone") => Keep(await Peers.Chat.LoginAsync(Server, user, resource));

    protected async Task<ChatClient> NewClientAsync(string name = "alice") => await LoginAsync(await NewUserAsync(name));

    protected string Contact(string address) => Text.Contact(address, Domain);

    private static string Tail(string log) => log.Length > 12_000 ? log[^12_000..] : log;
}
