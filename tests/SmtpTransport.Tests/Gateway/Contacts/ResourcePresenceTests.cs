using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Contacts;

public sealed class ResourcePresenceTests
{
    private static readonly Jid Phone = Jid.Parse("alice@example.org/phone");
    private static readonly Jid Desk = Jid.Parse("alice@example.org/desk");

    private readonly ResourcePresence presence = new(AddressMaps.Map());

    [SetUp]
    public void Nobody() => presence.Clear();

    [Test]
    public void A_client_is_online_until_it_says_otherwise()
    {
        presence.Available(Phone);
        presence.Available(Phone);
        presence.Available(Desk);
        Assert.That(presence.IsOnline(Phone), Is.True);
        presence.Unavailable(Phone);
        Assert.That(presence.IsOnline(Phone), Is.False);
        Assert.That(presence.IsOnline(Desk), Is.True);
        Assert.That(presence.IsOnline(Desk.Bare), Is.False);
    }

    [Test]
    public void A_bare_address_takes_all_its_clients_offline()
    {
        presence.Available(Phone);
        presence.Available(Desk);
        presence.Unavailable(Phone.Bare);
        Assert.That(presence.IsOnline(Phone) || presence.IsOnline(Desk), Is.False);
    }

    [Test]
    public void Only_users_count_and_only_so_many()
    {
        presence.Available(Jid.Parse("mallory@far.example/x"));
        Assert.That(presence.IsOnline(Jid.Parse("mallory@far.example/x")), Is.False);
        for (var i = 0; i < ResourcePresence.MaxResources; i++)
            presence.Available(Phone with { Resource = $"r{i}" });
        presence.Available(Desk);
        Assert.That(presence.IsOnline(Desk), Is.False);
        presence.Unavailable(Phone with { Resource = "r0" });
        presence.Available(Desk);
        Assert.That(presence.IsOnline(Desk), Is.True);
    }
}
