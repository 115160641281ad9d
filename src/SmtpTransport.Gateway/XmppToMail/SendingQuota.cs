using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>
/// How many recipients a user may write to on a day (UTC), and how many of them for the first time. Users of domains that are
/// not listed count per JID and per XMPP domain (design §6). The counts are kept; memory only knows what is not on the disk yet.
/// </summary>
public sealed class SendingQuota(SendingLimits limits, AddressMap addresses, IContacts contacts, IDayCounts counts, TimeProvider time)
{
    /// <summary>Beyond this many the memory starts anew from the disk.</summary>
    private const int MaxOwners = 50_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Account> accounts = [];
    private long today;

    /// <summary>Counts one recipient.</summary>
    public QuotaDecision Take(Jid user, EmailAddress recipient)
    {
        if (limits is { RecipientsPerDay: 0, NewRecipientsPerDay: 0 })
            return new QuotaDecision(null, []);
        var bare = user.Bare.ToString();
        string[] owners = addresses.IsListed(user.Domain) ? [bare] : [bare, user.Domain];
        var now = time.GetUtcNow();
        var day = now.ToUnixTimeSeconds() / 86_400;
        var isNew = contacts.Find(user, recipient)?.Written != true;
        lock (gate)
        {
            if (day != today || accounts.Count >= MaxOwners)
                accounts.Clear();
            today = day;
            var own = Find(bare, day);

            // Written to a moment ago, and not on the disk yet.
            isNew &= !own.Addressed.Contains(recipient.Key);
            var all = owners.Select(owner => Find(owner, day)).ToList();
            if (all.Any(account => IsOver(account.Recipients, limits.RecipientsPerDay) || (isNew && IsOver(account.NewRecipients, limits.NewRecipientsPerDay))))
                return new QuotaDecision(DateTimeOffset.FromUnixTimeSeconds((day + 1) * 86_400) - now, []);
            foreach (var account in all)
            {
                account.Recipients++;
                account.NewRecipients += isNew ? 1 : 0;
            }

            if (isNew)
                own.Addressed.Add(recipient.Key);
            return new QuotaDecision(null, [.. owners.Select(owner => new DayCharge(owner, day, isNew))]);
        }
    }

    private static bool IsOver(int count, int limit) => limit > 0 && count >= limit;

    private Account Find(string owner, long day)
    {
        if (accounts.TryGetValue(owner, out var account))
            return account;
        var (recipients, newRecipients) = counts.Of(owner, day);
        return accounts[owner] = new Account { Recipients = recipients, NewRecipients = newRecipients };
    }

    private sealed class Account
    {
        public int Recipients { get; set; }

        public int NewRecipients { get; set; }

        /// <summary>At most as many as new recipients are allowed, or as many as the rate lets through in a day.</summary>
        public HashSet<string> Addressed { get; } = [];
    }
}

/// <param name="Wait">Null when the message may go; else how long until more may.</param>
/// <param name="Charges">To be recorded with the draft.</param>
public sealed record QuotaDecision(TimeSpan? Wait, IReadOnlyList<DayCharge> Charges);
