using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Contacts;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ResourceProbeTests
{
    private static readonly Jid Bob = Jid.Parse("bob%mail.test@smtp.example");
    private static readonly Jid Phone = Jid.Parse("alice@example.org/phone");
    private readonly FakeLink link = new();
    private readonly TestTime time = new();
    private readonly ResourcePresence presence = new(AddressMaps.Map());

    [Test]
    public async Task Who_answers_is_there()
    {
        Assert.That(await Probe().IsOnlineAsync(Bob, Phone, default), Is.True);
        Assert.That((link.Sent.Single().From, link.Sent.Single().To), Is.EqualTo((Bob, Phone)));
    }

    [Test]
    public async Task Who_is_refused_is_gone()
    {
        link.OnQuery = iq => iq.Error(new StanzaError(StanzaErrorType.Cancel, "service-unavailable"));

        Assert.That(await Probe().IsOnlineAsync(Bob, Phone, default), Is.False);
    }

    [Test]
    public async Task Who_says_nothing_for_five_seconds_is_gone()
    {
        link.OnQuery = _ => null;
        var asking = Probe().IsOnlineAsync(Bob, Phone, default);
        await link.Reached(1);

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.That(await asking, Is.False);
    }

    [Test]
    public async Task Without_a_resource_or_a_link_nobody_is_asked()
    {
        Assert.That(await Probe().IsOnlineAsync(Bob, Phone.Bare, default), Is.False);
        link.DownSince = time.GetUtcNow();
        Assert.That(await Probe().IsOnlineAsync(Bob, Phone, default), Is.False);
        Assert.That(link.Sent, Is.Empty);
    }

    [Test]
    public async Task Whose_presence_is_known_needs_no_question()
    {
        presence.Available(Phone);

        Assert.That(await Probe().IsOnlineAsync(Bob, Phone, default), Is.True);
        Assert.That(link.Sent, Is.Empty);
    }

    private ResourceProbe Probe() => new(presence, link, time);
}
