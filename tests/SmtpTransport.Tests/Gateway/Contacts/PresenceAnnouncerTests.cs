using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Contacts;

public sealed class PresenceAnnouncerTests
{
    private static readonly Jid Alice = Jid.Parse("alice@example.org");

    private readonly FakeTimeProvider time = new();
    private FakeLink link = null!;
    private FakeSubscriptions subscriptions = null!;
    private PresenceAnnouncer announcer = null!;
    private CancellationTokenSource stop = null!;

    [SetUp]
    public void Announcer()
    {
        (link, subscriptions, stop) = (new FakeLink(), new FakeSubscriptions(), new CancellationTokenSource());
        var addresses = AddressMaps.Map();
        var presence = new PresenceResponder(addresses, subscriptions, new SubscriptionRate(addresses, time));
        announcer = new PresenceAnnouncer(subscriptions, presence, link, time, NullLogger<PresenceAnnouncer>.Instance);
    }

    [TearDown]
    public void Stop() => stop.Dispose();

    [Test]
    public async Task After_each_start_every_subscriber_sees_the_contacts_again_in_steps()
    {
        await Subscribe(PresenceAnnouncer.Batch + 1);
        announcer.LinkUp();
        var running = announcer.RunAsync(stop.Token);
        await link.Reached(PresenceAnnouncer.Batch);
        Assert.That(link.Sent, Has.Count.EqualTo(PresenceAnnouncer.Batch));
        Assert.That(link.Sent.Select(stanza => stanza.Type), Is.All.Null);

        time.Advance(PresenceAnnouncer.Pause);
        await link.Reached(PresenceAnnouncer.Batch + 1);

        announcer.LinkUp();
        await link.Reached(2 * PresenceAnnouncer.Batch + 1);
        await stop.CancelAsync();
        Assert.That(async () => await running, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task What_is_no_longer_possible_is_taken_back()
    {
        await subscriptions.AddAsync(Jid.Parse("mallory@far.example"), Jid.Parse("bob%mail.test@smtp.example"), CancellationToken.None);
        announcer.LinkUp();
        _ = announcer.RunAsync(stop.Token);
        await link.Reached(1);
        Assert.That(link.Sent.Single().Type, Is.EqualTo("unsubscribed"));
        await stop.CancelAsync();
    }

    [Test]
    public async Task Before_the_end_all_contacts_go_offline()
    {
        await Subscribe(2 * PresenceAnnouncer.Batch);
        await announcer.LeaveAsync(CancellationToken.None);
        Assert.That(link.Sent, Has.Count.EqualTo(2 * PresenceAnnouncer.Batch));
        Assert.That(link.Sent.Select(stanza => stanza.Type), Is.All.EqualTo("unavailable"));
    }

    [Test]
    public async Task Nothing_is_sent_while_the_link_is_down()
    {
        await Subscribe(3);
        link.DownSince = time.GetUtcNow();
        await announcer.LeaveAsync(CancellationToken.None);
        Assert.That(link.Sent, Is.Empty);
    }

    private async Task Subscribe(int count)
    {
        for (var i = 0; i < count; i++)
            await subscriptions.AddAsync(Alice, Jid.Parse($"bob{i}%mail.test@smtp.example"), CancellationToken.None);
    }
}
