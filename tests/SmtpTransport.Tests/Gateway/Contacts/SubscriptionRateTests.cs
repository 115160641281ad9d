using Microsoft.Extensions.Time.Testing;
using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Contacts;

public sealed class SubscriptionRateTests
{
    private readonly FakeTimeProvider time = new();

    [Test]
    public void A_burst_is_allowed_then_one_at_a_time()
    {
        var rate = new SubscriptionRate(AddressMaps.Map(), time);
        var alice = Jid.Parse("alice@example.org");
        Assert.That(Take(rate, alice, SubscriptionRate.Burst), Is.True);
        Assert.That(rate.TryTake(alice), Is.False);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(rate.TryTake(alice), Is.True);
        Assert.That(rate.TryTake(alice), Is.False);
    }

    [Test]
    public void Users_of_a_foreign_domain_share_one_allowance()
    {
        var rate = new SubscriptionRate(AddressMaps.Map(), time);
        Assert.That(Take(rate, Jid.Parse("a@far.example"), SubscriptionRate.Burst), Is.True);
        Assert.That(rate.TryTake(Jid.Parse("b@far.example")), Is.False);
        Assert.That(rate.TryTake(Jid.Parse("b@example.org")), Is.True);
    }

    [Test]
    public void Idle_allowances_make_room_for_others()
    {
        var rate = new SubscriptionRate(AddressMaps.Map(), time);
        for (var i = 0; i < 10_000; i++)
            rate.TryTake(Jid.Parse($"u{i}@example.org"));
        Assert.That(rate.TryTake(Jid.Parse("late@example.org")), Is.False);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(rate.TryTake(Jid.Parse("late@example.org")), Is.True);
    }

    private static bool Take(SubscriptionRate rate, Jid user, int count) =>
        Enumerable.Range(0, count).All(_ => rate.TryTake(user));
}
