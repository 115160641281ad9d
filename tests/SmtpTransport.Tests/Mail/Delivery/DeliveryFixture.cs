using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Mail.Delivery;

/// <summary>A sender and the servers it talks to; all gone after each test.</summary>
internal abstract class DeliveryFixture
{
    protected const string Hello = "From: alice@xmpp.test\r\nTo: bob@mail.test\r\nSubject: Hello\r\n\r\nHello Bob\r\n";

    private readonly List<IAsyncDisposable> toDispose = [];

    protected static EmailAddress Alice { get; } = EmailAddress.Parse("alice@xmpp.test");

    protected static EmailAddress Bob { get; } = EmailAddress.Parse("bob@mail.test");

    protected static EmailAddress Carol { get; } = EmailAddress.Parse("carol@mail.test");

    protected FakeLogCollector Logs { get; private set; } = new();

    protected FakeStsPolicies Policies { get; private set; } = new();

    protected RecordingObserver Seen { get; private set; } = new();

    [SetUp]
    public void Begin() => (Logs, Policies, Seen) = (new FakeLogCollector(), new FakeStsPolicies(), new RecordingObserver());

    [TearDown]
    public async Task EndAsync()
    {
        foreach (var thing in Enumerable.Reverse(toDispose))
            await thing.DisposeAsync();
        toDispose.Clear();
    }

    protected T Kept<T>(T thing)
        where T : IAsyncDisposable
    {
        toDispose.Add(thing);
        return thing;
    }

    protected FakeMx Mx(string address = "127.0.0.1", int port = 0) => Kept(new FakeMx(address, port));

    /// <summary>Everything goes to this server.</summary>
    protected MailSender Relaying(
        FakeMx mx, SmtpTimeouts? timeouts = null, DestinationLimits? limits = null, TimeProvider? time = null, RelayOptions? relay = null) =>
        Sender(new DeliveryOptions { Hostname = "gateway.test", Relay = relay ?? new RelayOptions("127.0.0.1", mx.Port, false, null, null) },
            new FakeDns(), timeouts, limits, time);

    protected MailSender Sender(
        DeliveryOptions options, FakeDns dns, SmtpTimeouts? timeouts = null, DestinationLimits? limits = null, TimeProvider? time = null) =>
        Kept(new MailSender(
            options, dns, Policies, Seen, time ?? TimeProvider.System, new FakeLogger<MailSender>(Logs), timeouts ?? new SmtpTimeouts(), limits ?? DestinationLimits.Default));

    /// <summary>mail.test has these servers, the first preferred.</summary>
    protected MailSender ByMx(params FakeMx[] servers) => ByMx(null, servers);

    protected MailSender ByMx(SmtpTimeouts? timeouts, params FakeMx[] servers)
    {
        var dns = new FakeDns().Mx("mail.test", [.. servers.Select((_, index) => (10 * (index + 1), $"mx{index + 1}.mail.test"))]);
        foreach (var (server, index) in servers.Select((server, index) => (server, index)))
            dns.Address($"mx{index + 1}.mail.test", server.EndPoint.Address.ToString());
        return Sender(new DeliveryOptions { Hostname = "gateway.test", Port = servers[0].Port, AllowPrivateAddresses = true }, dns, timeouts);
    }

    /// <summary>To Bob alone.</summary>
    protected static async Task<DeliveryOutcome> SendAsync(MailSender sender, string content = Hello) =>
        (await SendAsync(sender, content, [Bob])).Single();

    protected static async Task<DeliveryOutcome> SendToAsync(MailSender sender, string address) =>
        (await SendAsync(sender, Hello, [EmailAddress.Parse(address)])).Single();

    protected static Task<IReadOnlyList<DeliveryOutcome>> SendAsync(MailSender sender, params EmailAddress[] to) => SendAsync(sender, Hello, to);

    protected static Task<IReadOnlyList<DeliveryOutcome>> SendAsync(
        MailSender sender, string content, EmailAddress[] to, EmailAddress? from = null, CancellationToken cancellation = default) =>
        sender.SendAsync(Mail(content, from ?? Alice, to), cancellation);

    protected static OutgoingMail Mail(string content, EmailAddress? from, params EmailAddress[] to)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        return new OutgoingMail("m1", from, to, () => new MemoryStream(bytes, writable: false));
    }

    protected static SmtpReply Deferred(DeliveryOutcome outcome) => Why<DeliveryOutcome.Deferred>(outcome).Reply;

    protected static SmtpReply Failed(DeliveryOutcome outcome) => Why<DeliveryOutcome.Failed>(outcome).Reply;

    protected static DeliveryFailure Why<T>(DeliveryOutcome outcome)
        where T : DeliveryOutcome
    {
        Assert.That(outcome, Is.InstanceOf<T>());
        return outcome switch
        {
            DeliveryOutcome.Deferred deferred => deferred.Why,
            DeliveryOutcome.Failed failed => failed.Why,
            _ => throw new AssertionException($"{outcome} has no reason"),
        };
    }

    protected static void IsDelivered(DeliveryOutcome outcome) => Assert.That(outcome, Is.InstanceOf<DeliveryOutcome.Delivered>());
}
