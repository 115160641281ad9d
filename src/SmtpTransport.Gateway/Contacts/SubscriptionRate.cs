using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Contacts;

/// <summary>How fast a user may add contacts, each of which is kept for ever: a whole address book at once, then slowly.</summary>
public sealed class SubscriptionRate(AddressMap addresses, TimeProvider time)
{
    internal const int Burst = 500;

    private const int MaxKeys = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();

    // When each allowance is whole again.
    private readonly Dictionary<string, TimeSpan> usedUntil = [];

    /// <summary>Counts one; false when there are too many. Users of a domain that is not listed share its allowance.</summary>
    public bool TryTake(Jid user)
    {
        var key = addresses.IsListed(user.Domain) ? user.Bare.ToString() : user.Domain;
        var now = time.Steady();
        lock (gate)
        {
            var used = usedUntil.GetValueOrDefault(key);
            var next = (used > now ? used : now) + Interval;
            if (next - now > Interval * Burst)
                return false;
            if (usedUntil.Count >= MaxKeys)
                Shrink(now);
            if (usedUntil.Count >= MaxKeys && !usedUntil.ContainsKey(key))
                return false;
            usedUntil[key] = next;
            return true;
        }
    }

    private void Shrink(TimeSpan now)
    {
        foreach (var (key, until) in usedUntil)
        {
            if (until <= now)
                usedUntil.Remove(key);
        }
    }
}
