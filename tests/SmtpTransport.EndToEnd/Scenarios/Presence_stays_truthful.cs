using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class Presence_stays_truthful(ServerKind server) : Scenario(server)
{
    [Test]
    public async Task A_contact_that_was_subscribed_to_is_there_again_after_a_restart_and_gone_after_a_stop()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var contact = Contact("bob@mail.test");

        alice.SendPresence(contact, "subscribe");
        await alice.PresenceAsync(contact, "subscribed");
        await alice.PresenceAsync(contact, null);

        await gateway.StopAsync();
        await alice.PresenceAsync(contact, "unavailable");

        var before = alice.Received.All.Count;
        await gateway.StartAsync();
        await alice.PresenceAsync(contact, null, before);
    }

    [Test]
    public async Task Whoever_logs_in_later_sees_the_contact_and_the_gateway()
    {
        await StartGatewayAsync();
        var user = await NewUserAsync();
        var first = await LoginAsync(user, "laptop");
        var contact = Contact("bob@mail.test");
        first.SendPresence(contact, "subscribe");
        first.SendPresence(Domain, "subscribe");
        await first.PresenceAsync(contact, "subscribed");
        await first.PresenceAsync(Domain, "subscribed");
        await first.LogoutAsync();

        var second = await LoginAsync(user, "phone");

        await second.PresenceAsync(contact, null);
        await second.PresenceAsync(Domain, null);
    }

    [Test]
    public async Task An_end_of_the_subscription_is_confirmed()
    {
        await StartGatewayAsync();
        var alice = await NewClientAsync();
        var contact = Contact("bob@mail.test");
        alice.SendPresence(contact, "subscribe");
        await alice.PresenceAsync(contact, null);

        alice.SendPresence(contact, "unsubscribe");

        await alice.PresenceAsync(contact, "unavailable");
    }

    [Test]
    public async Task An_address_that_cannot_be_is_refused_with_a_reason()
    {
        await StartGatewayAsync();
        var alice = await NewClientAsync();
        var contact = $"no-address@{Domain}";

        alice.SendPresence(contact, "subscribe");

        var refusal = await alice.Received.WaitAsync(
            "the refusal",
            stanza => stanza.Name == "presence" && Text.Bare((string?)stanza.Attribute("from")) == contact && (string?)stanza.Attribute("type") is "error" or "unsubscribed");
        Assert.That(refusal.Element("error") is not null || !string.IsNullOrEmpty(refusal.Element("status")?.Value), refusal.ToString());
    }
}
