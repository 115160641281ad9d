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

    /// <summary>Counts the recipients of one message: all of them, or none when that would be too many.</summary>
    public QuotaDecision Take(Jid user, params IReadOnlyList<EmailAddress> recipients)
    {
        if (limits is { RecipientsPerDay: 0, NewRecipientsPerDay: 0 })
            return new QuotaDecision(null, []);
        var bare = user.Bare.ToString();
        string[] owners = addresses.IsListed(user.Domain) ? [bare] : [bare, user.Domain];
        var now = time.GetUtcNow();
        var day = now.ToUnixTimeSeconds() / 86_400;
        var unwritten = recipients.Where(recipient => contacts.Find(user, recipient)?.Written != true).Select(recipient => recipient.Key).ToHashSet();
        lock (gate)
        {
            if (day != today || accounts.Count >= MaxOwners)
                accounts.Clear();
            today = day;
            var own = Find(bare, day);

            // Written to a moment ago, and not on the disk yet.
            unwritten.ExceptWith(own.Addressed);
            var all = owners.Select(owner => Find(owner, day)).ToList();
            if (all.Any(account => IsOver(account.Recipients + recipients.Count, limits.RecipientsPerDay)
                || (unwritten.Count > 0 && IsOver(account.NewRecipients + unwritten.Count, limits.NewRecipientsPerDay))))
                return new QuotaDecision(DateTimeOffset.FromUnixTimeSeconds((day + 1) * 86_400) - now, []);
            foreach (var account in all)
            {
                account.Recipients += recipients.Count;
                account.NewRecipients += unwritten.Count;
            }

            own.Addressed.UnionWith(unwritten);
            return new QuotaDecision(null, [.. recipients.SelectMany(recipient => owners.Select(owner => new DayCharge(owner, day, unwritten.Contains(recipient.Key))))]);
        }
    }

    /// <summary>These could not be recorded: the disk says what counts.</summary>
    public void Forget(IReadOnlyList<DayCharge> charges)
    {
        lock (gate)
        {
            foreach (var charge in charges)
                accounts.Remove(charge.Owner);
        }
    }

    private static bool IsOver(int count, int limit) => limit > 0 && count > limit;

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
