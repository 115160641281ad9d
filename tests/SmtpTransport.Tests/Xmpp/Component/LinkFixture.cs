using System.Net;
using Microsoft.Extensions.Logging.Testing;
using SmtpTransport.Tests.Support;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Xmpp.Component;

/// <summary>A link that runs against a fake server, in fake time.</summary>
public abstract class LinkFixture
{
    private CancellationTokenSource stop = null!;

    internal FakeXmppServer Server { get; private set; } = null!;

    internal ObservedTime Time { get; private set; } = null!;

    internal RecordingReceiver Receiver { get; private set; } = null!;

    internal ComponentLink Link { get; private set; } = null!;

    internal FakeLogger Logger { get; private set; } = null!;

    internal Task Running { get; private set; } = null!;

    protected static Jid Alice { get; } = Jid.Parse("alice@example.org");

    protected static Jid Bob { get; } = Jid.Parse("Bob%mail.test@smtp.example.org");

    [SetUp]
    public void Start()
    {
        (Server, Time, Receiver, Logger, stop) = (new(), new(), new(), new(), new());
        var options = new ComponentOptions
        {
            Server = new DnsEndPoint("xmpp.example.org", 5347),
            Domain = FakeXmppServer.Component,
            Secret = FakeXmppServer.Secret,
        };
        Link = new ComponentLink(options, Time, Logger, Server.ConnectAsync);
        Running = Link.RunAsync(Receiver, stop.Token);
    }

    [TearDown]
    public async Task Stop()
    {
        await stop.CancelAsync();
        var giveUp = DateTime.UtcNow + FakeConnection.Patience;
        while (!Running.IsCompleted && DateTime.UtcNow < giveUp)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        await Running.WaitAsync(TimeSpan.Zero);
        Link.Dispose();
        stop.Dispose();
    }

    protected static Stanza Message(string id, string text = "Hello") => Stanza.Message(Bob, Alice, id, "chat", new Body(text));

    /// <summary>As Prosody answers for a user it does not have.</summary>
    protected static Stanza RefusalOf(Stanza message) =>
        message.Error(new StanzaError(StanzaErrorType.Cancel, "service-unavailable"))!;

    internal Task StopAsync() => stop.CancelAsync();

    /// <summary>How long the link waits before its next attempt.</summary>
    internal Task<TimeSpan> NextDelayAsync() =>
        Time.NextTimerAsync((due, period) => period == Timeout.InfiniteTimeSpan && due != TimeSpan.FromSeconds(30));

    /// <summary>The link watches its stream from now on.</summary>
    internal Task WatchedAsync() => Time.NextTimerAsync((_, period) => period == TimeSpan.FromSeconds(1));

    internal async Task<FakeConnection> BoundAsync()
    {
        var connection = await Server.BindAsync();
        await WatchedAsync();
        return connection;
    }
}
