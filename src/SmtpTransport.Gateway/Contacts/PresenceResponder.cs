using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.Contacts;

/// <summary>Presence of the gateway and of contacts (RFC 6121 §3, §4, XEP-0100 §4): valid addresses are always there.</summary>
public sealed class PresenceResponder(AddressMap addresses, ISubscriptions subscriptions, SubscriptionRate rate)
{
    private static readonly StanzaError TooFast =
        new(StanzaErrorType.Wait, "resource-constraint", "Too many contacts at once. Please try again later.");

    /// <summary>What the stanza asks for; nothing for those that ask for nothing.</summary>
    public ValueTask<IReadOnlyList<Stanza>> AnswerAsync(Stanza presence, CancellationToken cancellation) =>
        presence.Type switch
        {
            "subscribe" => SubscribeAsync(presence, cancellation),
            "unsubscribe" => UnsubscribeAsync(presence, cancellation),
            "probe" => ValueTask.FromResult<IReadOnlyList<Stanza>>([Probe(presence)]),
            _ => ValueTask.FromResult<IReadOnlyList<Stanza>>([]),
        };

    /// <summary>What a subscriber sees now: the contact's presence, or why there is none any more.</summary>
    internal Stanza Current(Jid user, Jid contact) =>
        Refusal(user, contact) is { } why
            ? Reply(contact, user, "unsubscribed", why)
            : Reply(contact, user, null, "Email");

    internal static Stanza Unavailable(Jid user, Jid contact) => Reply(contact, user, "unavailable", null);

    private async ValueTask<IReadOnlyList<Stanza>> SubscribeAsync(Stanza presence, CancellationToken cancellation)
    {
        var (user, contact) = (presence.From.Bare, presence.To.Bare);
        if (Refusal(user, contact) is { } why)
            return [Reply(contact, user, "unsubscribed", why)];
        if (!subscriptions.Contains(user, contact))
        {
            if (!rate.TryTake(user))
                return presence.Error(TooFast) is { } error ? [error] : [];
            await subscriptions.AddAsync(user, contact, cancellation);
        }
        return [Reply(contact, user, "subscribed", null), Current(user, contact)];
    }

    private async ValueTask<IReadOnlyList<Stanza>> UnsubscribeAsync(Stanza presence, CancellationToken cancellation)
    {
        var (user, contact) = (presence.From.Bare, presence.To.Bare);
        if (subscriptions.Contains(user, contact))
            await subscriptions.RemoveAsync(user, contact, cancellation);
        return [Reply(contact, user, "unsubscribed", null), Unavailable(user, contact)];
    }

    // RFC 6121 §4.3.2
    private Stanza Probe(Stanza presence) =>
        subscriptions.Contains(presence.From.Bare, presence.To.Bare)
            ? Current(presence.From, presence.To.Bare)
            : Reply(presence.To.Bare, presence.From, "unsubscribed", Refusal(presence.From, presence.To));

    private string? Refusal(Jid user, Jid contact)
    {
        if (!addresses.MaySend(user))
            return "Your XMPP server's users may not use this e-mail gateway.";
        return addresses.Contact(contact) switch
        {
            ContactLookup.Invalid invalid => invalid.Why,
            ContactLookup.OwnUser own => $"This person is on XMPP: add {own.User} instead.",
            _ => null,
        };
    }

    private static Stanza Reply(Jid contact, Jid user, string? type, string? words) =>
        Stanza.Presence(contact, user, Guid.NewGuid().ToString("N"), type, words is null ? null : new Status(words));
}
