using Microsoft.Extensions.Time.Testing;
using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.Contacts;

public sealed class PresenceResponderTests
{
    private static readonly Jid Alice = Jid.Parse("alice@example.org");
    private static readonly Jid Phone = Jid.Parse("alice@example.org/phone");
    private static readonly Jid Bob = Jid.Parse("bob%mail.test@smtp.example");

    private FakeSubscriptions subscriptions = null!;
    private PresenceResponder responder = null!;

    [SetUp]
    public void Responder()
    {
        subscriptions = new FakeSubscriptions();
        var addresses = AddressMaps.Map();
        responder = new PresenceResponder(addresses, subscriptions, new SubscriptionRate(addresses, new FakeTimeProvider()));
    }

    [TestCase("smtp.example")]
    [TestCase("bob%mail.test@smtp.example")]
    [TestCase(@"bob\40mail.test@smtp.example")]
    public async Task A_subscription_is_granted_remembered_and_shown(string contact)
    {
        var to = Jid.Parse(contact);
        var answers = await Answer(Alice, to, "subscribe");
        Assert.That(answers.Select(answer => answer.Type), Is.EqualTo(new[] { "subscribed", null }));
        Assert.That(answers.Select(answer => (answer.From, answer.To)), Is.All.EqualTo((to, Alice)));
        Assert.That(answers[1].Payload<Status>()!.Text, Is.EqualTo("Email"));
        Assert.That(answers.Select(answer => answer.Id), Is.Unique.And.None.Empty);
        Assert.That(subscriptions.Contains(Alice, to), Is.True);
    }

    [Test]
    public async Task Asking_again_is_answered_but_not_written_again()
    {
        await Answer(Alice, Bob, "subscribe");
        var again = await Answer(Phone, Bob with { Resource = "x" }, "subscribe");
        Assert.That(again.Select(answer => answer.Type), Is.EqualTo(new[] { "subscribed", null }));
        Assert.That(subscriptions.Writes, Is.EqualTo(1));
    }

    [TestCase("alice@example.org", "bob@smtp.example", "name%domain")]
    [TestCase("alice@example.org", "bob%[192.0.2.1]@smtp.example", "IP address")]
    [TestCase("alice@example.org", "bob%smtp.example@smtp.example", "gateway itself")]
    [TestCase("alice@example.org", "carol%example.org@smtp.example", "carol@example.org")]
    [TestCase("mallory@far.example", "bob%mail.test@smtp.example", "may not use")]
    public async Task A_refusal_gives_the_reason(string user, string contact, string why)
    {
        foreach (var type in new[] { "subscribe", "probe" })
        {
            var answers = await Answer(Jid.Parse(user), Jid.Parse(contact), type);
            Assert.That(answers, Has.Count.EqualTo(1));
            Assert.That(answers[0].Type, Is.EqualTo("unsubscribed"));
            Assert.That(answers[0].Payload<Status>()!.Text, Does.Contain(why));
        }
        Assert.That(subscriptions.Writes, Is.Zero);
    }

    [Test]
    public async Task A_probe_tells_a_subscriber_and_nobody_else()
    {
        Assert.That((await Answer(Phone, Bob, "probe")).Single().Type, Is.EqualTo("unsubscribed"));
        await Answer(Alice, Bob, "subscribe");
        var present = (await Answer(Phone, Bob, "probe")).Single();
        Assert.That((present.Type, present.From, present.To), Is.EqualTo(((string?)null, Bob, Phone)));
    }

    [Test]
    public async Task Who_unsubscribes_sees_the_contact_go()
    {
        await Answer(Alice, Bob, "subscribe");
        var answers = await Answer(Alice, Bob, "unsubscribe");
        Assert.That(answers.Select(answer => answer.Type), Is.EqualTo(new[] { "unsubscribed", "unavailable" }));
        Assert.That(subscriptions.Contains(Alice, Bob), Is.False);
    }

    [TestCase("subscribed")]
    [TestCase("unsubscribed")]
    [TestCase("error")]
    [TestCase("bogus")]
    public async Task Answers_are_not_answered(string type) =>
        Assert.That(await Answer(Alice, Bob, type), Is.Empty);

    [Test]
    public async Task A_flood_of_new_contacts_is_told_to_wait()
    {
        for (var i = 0; i < SubscriptionRate.Burst; i++)
            await Answer(Alice, Jid.Parse($"bob{i}%mail.test@smtp.example"), "subscribe");
        var error = (await Answer(Alice, Bob, "subscribe")).Single();
        Assert.That((error.Type, error.Payload<StanzaError>()!.Condition), Is.EqualTo(("error", "resource-constraint")));
        Assert.That((await Answer(Jid.Parse("carol@example.org"), Bob, "subscribe"))[0].Type, Is.EqualTo("subscribed"));
    }

    private ValueTask<IReadOnlyList<Stanza>> Answer(Jid from, Jid to, string type) =>
        responder.AnswerAsync(Stanza.Presence(from, to, "p1", type), CancellationToken.None);
}
