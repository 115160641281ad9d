using System.Xml.Linq;
using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Tests.Support;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.Contacts;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class UserCardsTests
{
    private static readonly Jid Alice = Jid.Parse("alice@example.org/phone");
    private static readonly Jid Bob = Jid.Parse("bob%mail.test@smtp.example");

    private readonly FakeLink link = new();
    private readonly TestTime time = new();

    [TestCase("Published", "Stored", "Published")]
    [TestCase(null, "Stored", "Stored")]
    [TestCase("Published", null, "Published")]
    [TestCase(null, null, "")]
    public async Task The_published_card_comes_before_the_stored_one(string? published, string? stored, string name)
    {
        link.OnQuery = iq => iq.Payload<VCardTemp>() is not null ? iq.Result(new VCardTemp { FullName = stored }) : published is null ? NotFound(iq) : Published(iq, published);

        Assert.That(await new UserCards(link, time).NameAsync(Alice, Bob), Is.EqualTo(name));
        Assert.That(link.Sent.Select(iq => (iq.From, iq.To)), Is.All.EqualTo((Bob, Alice.Bare)), "the contact asks, whom the user may show more");
    }

    [Test]
    public async Task A_name_is_remembered_for_hours_and_outlives_a_server_that_falls_silent()
    {
        var cards = new UserCards(link, time);
        link.OnQuery = iq => Published(iq, "Alice");
        await cards.NameAsync(Alice, Bob);
        time.Advance(TimeSpan.FromHours(5));
        await cards.NameAsync(Alice, Bob);
        Assert.That(link.Sent, Has.Count.EqualTo(3));

        link.OnQuery = _ => null;
        time.Advance(TimeSpan.FromHours(2));
        var asking = cards.NameAsync(Alice, Bob);
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.That(await asking, Is.EqualTo("Alice"));
        Assert.That(await cards.NameAsync(Alice, Bob), Is.EqualTo("Alice"));
        Assert.That(link.Sent, Has.Count.EqualTo(6), "who does not answer is not asked for each mail");
    }

    [Test]
    public async Task While_the_link_is_down_nobody_is_asked_and_nobody_waits()
    {
        link.DownSince = time.GetUtcNow();
        var cards = new UserCards(link, time);

        Assert.That(await cards.NameAsync(Alice, Bob), Is.Empty);
        link.DownSince = null;
        link.OnQuery = iq => Published(iq, "Alice");

        Assert.That(await cards.NameAsync(Alice, Bob), Is.EqualTo("Alice"));
    }

    [Test]
    public async Task Mails_at_the_same_time_ask_once()
    {
        link.OnQuery = iq => Published(iq, "Alice");
        var cards = new UserCards(link, time);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => cards.NameAsync(Alice, Bob))));

        Assert.That(link.Sent, Has.Count.EqualTo(3));
    }

    [TestCase("", "", "Al")]
    [TestCase("<FN>Alice Archer</FN>", "", "Alice Archer")]
    [TestCase("<NICKNAME>Ali</NICKNAME>", "", "Al")]
    [TestCase("<NICKNAME>Ali</NICKNAME>", "gone", "Ali")]
    public async Task The_nickname_that_a_user_publishes_counts_where_no_card_has_a_name(string card, string nick, string name)
    {
        link.OnQuery = iq => iq.Payload<VCardTemp>() is not null ? Answer(iq, $"<vCard xmlns='vcard-temp'>{card}</vCard>")
            : !iq.ToXml().ToString().Contains("protocol/nick", StringComparison.Ordinal) || nick == "gone" ? NotFound(iq)
            : Answer(iq, "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='http://jabber.org/protocol/nick'><item id='current'><nick xmlns='http://jabber.org/protocol/nick'> Al </nick></item></items></pubsub>");

        Assert.That(await new UserCards(link, time).NameAsync(Alice, Bob), Is.EqualTo(name));
    }

    private static Stanza NotFound(Stanza iq) => iq.Error(new StanzaError(StanzaErrorType.Cancel, "item-not-found"))!;

    // XEP-0292 §4
    private static Stanza Published(Stanza iq, string name) => Answer(iq, $"""
        <pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:vcard4'><item id='current'>
          <vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><fn><text>{name}</text></fn></vcard>
        </item></items></pubsub>
        """);

    private static Stanza Answer(Stanza iq, string payload) =>
        Stanza.Parse(XElement.Parse($"<iq xmlns='jabber:client' type='result' id='{iq.Id}' from='{iq.To}' to='{iq.From}'>{payload}</iq>"))!;
}
