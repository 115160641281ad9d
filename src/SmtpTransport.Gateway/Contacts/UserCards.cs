using SmtpTransport.Mail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.Contacts;

/// <summary>
/// What users call themselves on their cards (XEP-0292, XEP-0054) and beside them (XEP-0172): asked of their own servers, and
/// remembered. A server that does not answer costs a mail its author's name, and a moment.
/// </summary>
public sealed class UserCards(IStanzaSender link, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Memory = TimeSpan.FromHours(6);
    private static readonly TimeSpan MemoryOfSilence = TimeSpan.FromMinutes(10);

    /// <summary>Beyond this many all are forgotten, rather than fill memory.</summary>
    private const int MaxKnown = 10_000;

    private const int MaxName = 200;

    private readonly Lock gate = new();
    private readonly Dictionary<Jid, Card> known = [];

    /// <summary>Empty when there is none, or nobody says.</summary>
    /// <param name="asking">The contact in whose name we ask: to whom the user writes, the user may show more.</param>
    public async Task<string> NameAsync(Jid user, Jid asking)
    {
        Task<string?> name;
        lock (gate)
        {
            var now = time.Steady();
            if (!known.TryGetValue(user.Bare, out var card) || card.Until <= now)
            {
                if (link.DownSince is not null)
                    return card?.Last ?? "";
                if (known.Count >= MaxKnown)
                    known.Clear();
                known[user.Bare] = card = new Card(AskAsync(user.Bare, asking.Bare), now + Memory, card?.Last ?? "");
            }

            name = card.Name;
        }

        var answer = await name;
        lock (gate)
        {
            if (!known.TryGetValue(user.Bare, out var card) || card.Name != name)
                return answer ?? "";
            known[user.Bare] = answer is null
                ? card with { Until = Earlier(card.Until, time.Steady() + MemoryOfSilence) }
                : card with { Last = answer };
            return answer ?? card.Last;
        }
    }

    /// <summary>Null when nobody answers; empty when there is no name.</summary>
    private async Task<string?> AskAsync(Jid user, Jid asking)
    {
        var published = QueryAsync(user, asking, new PublishedCard());
        var stored = QueryAsync(user, asking, new VCardTemp());
        var nick = QueryAsync(user, asking, new PublishedNick());
        var (newer, older) = ((await published)?.Payload<PublishedCard>(), (await stored)?.Payload<VCardTemp>());
        var name = newer?.FullName ?? older?.FullName ?? (await nick)?.Payload<PublishedNick>()?.Name ?? newer?.Nickname ?? older?.Nickname;
        return name is null && (await stored) is null ? null : (name ?? "")[..Math.Min(name?.Length ?? 0, MaxName)];
    }

    /// <summary>Null when no answer comes in time.</summary>
    private async Task<Stanza?> QueryAsync(Jid user, Jid asking, IPayload question)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            return await link.QueryAsync(Stanza.Iq(asking, user, $"card-{Guid.NewGuid():N}", "get", question), patience.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or LinkDownException)
        {
            return null;
        }
    }

    private static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;

    /// <param name="Last">What the one before said.</param>
    private sealed record Card(Task<string?> Name, TimeSpan Until, string Last);
}
