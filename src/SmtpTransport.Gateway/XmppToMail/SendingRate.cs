using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>
/// How much a user may send: a burst, then evenly (GCRA). Users of domains that are not listed count per JID and per XMPP
/// domain (design §6).
/// </summary>
public sealed class SendingRate(SendingLimits limits, AddressMap addresses, TimeProvider time)
{
    /// <summary>Beyond this many keys the idle ones are dropped; when none is idle, all, rather than fill memory.</summary>
    private const int MaxKeys = 100_000;

    private readonly Lock gate = new();

    // When the allowance of each key is used up to: in the past means it is unused.
    private readonly Dictionary<string, TimeSpan> usedUntil = [];

    /// <summary>Counts one message.</summary>
    /// <returns>Null when it may go; else how long to wait.</returns>
    public TimeSpan? Take(Jid user)
    {
        if (limits.MessagesPerHour == 0)
            return null;
        string[] keys = addresses.IsListed(user.Domain) ? [user.Bare.ToString()] : [user.Bare.ToString(), user.Domain];
        var now = time.Steady();
        var interval = TimeSpan.FromHours(1) / limits.MessagesPerHour;
        // No burst has more than an hour's messages.
        var tolerance = interval * (limits.Burst == 0 ? limits.MessagesPerHour : Math.Min(limits.Burst, limits.MessagesPerHour));
        lock (gate)
        {
            Shrink(now);
            var next = keys.Select(key => Later(usedUntil.GetValueOrDefault(key), now) + interval).ToList();
            var wait = next.Max() - now - tolerance;
            if (wait > TimeSpan.Zero)
                return wait;
            for (var i = 0; i < keys.Length; i++)
                usedUntil[keys[i]] = next[i];
            return null;
        }
    }

    private void Shrink(TimeSpan now)
    {
        if (usedUntil.Count < MaxKeys)
            return;
        foreach (var key in usedUntil.Where(entry => entry.Value <= now).Select(entry => entry.Key).ToList())
            usedUntil.Remove(key);
        if (usedUntil.Count >= MaxKeys)
            usedUntil.Clear();
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
