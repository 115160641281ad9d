using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SmtpTransport.Gateway;
using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.Contacts;

public sealed class ContactTrafficTests
{
    private static readonly Jid Phone = Jid.Parse("alice@example.org/phone");
    private static readonly Jid Bob = Jid.Parse("bob%mail.test@smtp.example");

    private FakeLink link = null!;
    private ResourcePresence resources = null!;
    private MessageList messages = null!;
    private LinkLog observer = null!;
    private StanzaRouter router = null!;
    private CancellationTokenSource stop = null!;

    [SetUp]
    public void Start()
    {
        var addresses = AddressMaps.Map();
        (link, resources, messages, observer, stop) = (new FakeLink(), new ResourcePresence(addresses), new MessageList(), new LinkLog(), new CancellationTokenSource());
        var presence = new PresenceResponder(addresses, new FakeSubscriptions(), new SubscriptionRate(addresses, new FakeTimeProvider()));
        var traffic = new ContactTraffic(new IqResponder(addresses, new FakeContacts()), presence, resources, link, NullLogger<ContactTraffic>.Instance);
        router = new StanzaRouter(AddressMaps.Options, messages, traffic, [traffic, observer]);
        _ = traffic.RunAsync(stop.Token);
    }

    [TearDown]
    public void Stop()
    {
        stop.Cancel();
        stop.Dispose();
    }

    [Test]
    public async Task Messages_go_their_way_errors_too()
    {
        await Receive(Stanza.Message(Phone, Bob, "m1", "chat", new Body("Hello")));
        await Receive(Stanza.Message(Phone, Bob, "m2", "error"));
        Assert.That(messages.Select(message => message.Id), Is.EqualTo(new[] { "m1", "m2" }));
    }

    [Test]
    public async Task Each_request_gets_one_answer_in_order()
    {
        for (var i = 0; i < 20; i++)
            await Receive(Stanza.Iq(Phone, Bob, $"q{i}", i % 2 == 0 ? "get" : "set", new Ping()));
        await link.Reached(20);
        Assert.That(link.Sent.Select(stanza => stanza.Id), Is.EqualTo(Enumerable.Range(0, 20).Select(i => $"q{i}")));
    }

    [Test]
    public async Task Results_errors_and_our_own_voice_are_never_answered()
    {
        await Receive(Stanza.Iq(Phone, Bob, "r", "result", new Ping()));
        await Receive(Stanza.Iq(Phone, Bob, "e", "error", new Ping()));
        await Receive(Stanza.Presence(Phone, Bob, "p", "error"));
        await Receive(Stanza.Iq(Bob, Bob, "own", "get", new Ping()));
        await Receive(Stanza.Presence(Bob, Bob, "own", "subscribe"));
        await Receive(Stanza.Message(Bob, Bob, "own", "chat", new Body("echo")));
        await Receive(Stanza.Iq(Phone, Bob, "last", "get", new Ping()));
        await link.Reached(1);
        Assert.That(link.Sent.Select(stanza => stanza.Id), Is.EqualTo(new[] { "last" }));
        Assert.That(messages, Is.Empty);
    }

    [Test]
    public async Task A_request_without_an_id_is_answered_under_one_of_ours()
    {
        await Receive(Stanza.Iq(Phone, Bob, "", "get", new Ping()));
        await link.Reached(1);
        Assert.That(link.Sent.Single().Id, Is.Not.Empty);
    }

    /// <summary>A client may send up to 256 KiB, we no more than 200.</summary>
    [Test]
    public async Task Nor_does_an_endless_id_keep_anybody_from_an_answer()
    {
        await Receive(Stanza.Iq(Phone, Bob, new string('x', 250_000), "get", new Ping()));
        await Receive(Stanza.Iq(Phone, Bob, "next", "get", new Ping()));
        await link.Reached(2);
        Assert.That(link.Sent[0].Id, Has.Length.LessThan(100));
        Assert.That(link.Sent[1].Id, Is.EqualTo("next"));
    }

    [Test]
    public async Task What_is_too_long_to_be_read_is_refused_whatever_it_is()
    {
        foreach (var stanza in new[] { Stanza.Iq(Phone, Bob, "q", "get", new Ping()), Stanza.Message(Phone, Bob, "m", "chat"), Stanza.Message(Phone, Bob, "e", "error") })
        {
            Stanza.MarkOversized(stanza.Element);
            await Receive(stanza);
        }

        await link.Reached(2);
        Assert.That(link.Sent.Select(answer => (answer.Kind, answer.Id, answer.Type, answer.Payload<StanzaError>()!.Condition)), Is.EqualTo(new[]
        {
            (StanzaKind.Iq, "q", "error", "policy-violation"),
            (StanzaKind.Message, "m", "error", "policy-violation"),
        }));
        Assert.That(messages, Is.Empty);
    }

    [Test]
    public async Task A_query_is_answered_when_the_messages_before_it_are_on_the_disk()
    {
        var commit = new TaskCompletionSource();
        messages.Committed = commit.Task;
        var pinging = Receive(Stanza.Iq(Phone, Bob, "ping", "get", new Ping()));
        Assert.That(link.Sent, Is.Empty);
        commit.SetResult();
        await pinging;
        await link.Reached(1);
        Assert.That(link.Sent.Single().Id, Is.EqualTo("ping"));
    }

    [Test]
    public async Task Clients_are_known_to_be_online_while_the_link_is_up()
    {
        await Receive(Stanza.Presence(Phone, Bob, "p1", null));
        Assert.That(resources.IsOnline(Phone), Is.True);
        await Receive(Stanza.Presence(Phone, Bob, "p2", "unavailable"));
        Assert.That(resources.IsOnline(Phone), Is.False);
        await Receive(Stanza.Presence(Phone, Bob, "p3", null));
        router.LinkDown();
        Assert.That(resources.IsOnline(Phone), Is.False);
    }

    [Test]
    public void Those_who_care_hear_of_the_link()
    {
        router.LinkUp();
        router.LinkDown();
        Assert.That(observer, Is.EqualTo(new[] { "up", "down" }));
    }

    private ValueTask Receive(Stanza stanza) => router.ReceiveAsync(stanza, CancellationToken.None);

    private sealed class MessageList : List<Stanza>, IMessageReceiver
    {
        public Task Committed { get; set; } = Task.CompletedTask;

        public ValueTask ReceiveAsync(Stanza message, CancellationToken cancellation)
        {
            Add(message);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class LinkLog : List<string>, ILinkObserver
    {
        public void LinkUp() => Add("up");

        public void LinkDown() => Add("down");
    }
}
