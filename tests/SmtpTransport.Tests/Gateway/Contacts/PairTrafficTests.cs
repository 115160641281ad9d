using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Contacts;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PairTrafficTests
{
    private static readonly Jid Alice = Jid.Parse("alice@example.org/phone");
    private static readonly EmailAddress Bob = EmailAddress.Parse("Bob@mail.test");
    private readonly TestTime time = new();
    private readonly PairTraffic pairs;

    public PairTrafficTests() => pairs = new PairTraffic(time);

    [Test]
    public void Many_mails_one_way_are_no_loop() =>
        Assert.That(Enumerable.Range(0, 500).Select(_ => pairs.Say(Alice, Bob, isFromUser: false)), Is.All.EqualTo(PairState.Fine));

    [Test]
    public void Turns_beyond_the_limit_are_slowed_then_stopped_and_an_hour_later_forgotten()
    {
        var states = Enumerable.Range(0, 80).Select(i => pairs.Say(Alice, Bob, i % 2 == 0)).ToList();

        Assert.That(states.Count(state => state == PairState.Fine), Is.EqualTo(PairTraffic.MaxTurns + 1));
        Assert.That(states.Count(state => state == PairState.Slowed), Is.EqualTo(PairTraffic.MaxSlowed));
        Assert.That(states[^1], Is.EqualTo(PairState.Stopped));
        time.Advance(PairTraffic.Rest - TimeSpan.FromSeconds(1));
        Assert.That(pairs.Say(Alice, Bob, true), Is.EqualTo(PairState.Stopped));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(pairs.Say(Alice, Bob, true), Is.EqualTo(PairState.Fine));
    }

    [Test]
    public void A_lively_talk_between_people_goes_on_for_hours()
    {
        for (var minute = 0; minute < 240; minute++)
        {
            Assert.That(pairs.Say(Alice, Bob, isFromUser: true), Is.EqualTo(PairState.Fine));
            Assert.That(pairs.Say(Alice, Bob, isFromUser: false), Is.EqualTo(PairState.Fine));
            time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Test]
    public void Devices_and_spellings_are_one_pair()
    {
        for (var i = 0; i < 31; i++)
            pairs.Say(Jid.Parse($"alice@example.org/{i}"), EmailAddress.Parse(i % 2 == 0 ? "bob@mail.test" : "BOB@mail.test"), i % 2 == 0);

        Assert.That(pairs.Say(Alice, Bob, isFromUser: false), Is.EqualTo(PairState.Slowed));
    }
}
