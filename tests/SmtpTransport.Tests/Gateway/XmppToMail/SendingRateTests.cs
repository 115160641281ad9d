using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.XmppToMail;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SendingRateTests
{
    private static readonly Jid Alice = Jid.Parse("alice@example.org/phone");
    private readonly TestTime time = new();

    [Test]
    public void A_burst_goes_at_once_and_then_evenly()
    {
        var rate = Rate(perHour: 60, burst: 3);
        for (var i = 0; i < 3; i++)
            Assert.That(rate.Take(Alice), Is.Null);

        Assert.That(rate.Take(Alice), Is.EqualTo(TimeSpan.FromMinutes(1)));
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(rate.Take(Alice), Is.EqualTo(TimeSpan.FromSeconds(30)), "asking costs nothing");
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(rate.Take(Alice), Is.Null);
    }

    [TestCase(30, Description = "A burst is never more than an hour's messages")]
    [TestCase(0, Description = "No limit of its own")]
    public void Not_even_at_once_does_more_go_than_in_an_hour(int burst)
    {
        var rate = Rate(perHour: 3, burst);

        Assert.That(Enumerable.Range(0, 4).Select(_ => rate.Take(Alice)), Is.EqualTo(new TimeSpan?[] { null, null, null, TimeSpan.FromMinutes(20) }));
    }

    [Test]
    public void In_the_long_run_an_hour_has_its_number()
    {
        var rate = Rate(perHour: 120, burst: 30);
        var sent = 0;
        for (var second = 0; second < 10 * 3600; second++)
        {
            sent += rate.Take(Alice) is null ? 1 : 0;
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(sent, Is.InRange(1200, 1200 + 30));
    }

    [Test]
    public void Resources_share_and_users_do_not()
    {
        var rate = Rate(perHour: 60, burst: 1);
        rate.Take(Alice);

        Assert.That(rate.Take(Jid.Parse("alice@example.org/desk")), Is.Not.Null);
        Assert.That(rate.Take(Jid.Parse("carol@example.org/desk")), Is.Null);
    }

    [Test]
    public void Users_of_an_unlisted_domain_share_their_domains_limit()
    {
        var rate = Rate(perHour: 60, burst: 2);

        Assert.That((rate.Take(Jid.Parse("a@far.example")), rate.Take(Jid.Parse("b@far.example"))), Is.EqualTo(((TimeSpan?)null, (TimeSpan?)null)));
        Assert.That(rate.Take(Jid.Parse("c@far.example")), Is.Not.Null);
        Assert.That(rate.Take(Jid.Parse("c@else.example")), Is.Null);
    }

    [Test]
    public void Zero_is_no_limit()
    {
        var rate = Rate(perHour: 0, burst: 1);

        Assert.That(Enumerable.Range(0, 1000).Select(_ => rate.Take(Alice)), Has.All.Null);
    }

    private SendingRate Rate(int perHour, int burst) =>
        new(new SendingLimits { MessagesPerHour = perHour, Burst = burst }, new AddressMap(AddressMaps.Options with { AnyUsers = true }, new FakeAliases()), time);
}
