using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Contacts;

/// <summary>
/// Two machines that answer each other forever: a user and a mailbox whose turns follow each other too fast are slowed,
/// and stopped when that does not help. Many mails in one direction are no such game, whatever their number.
/// </summary>
public sealed class PairTraffic(TimeProvider time)
{
    /// <summary>Changes of direction in <see cref="Window"/>; people are slower.</summary>
    public const int MaxTurns = 30;

    /// <summary>Refusals "for now" before the pair is stopped.</summary>
    public const int MaxSlowed = 30;

    /// <summary>Beyond this many pairs the memory starts anew rather than grow.</summary>
    private const int MaxPairs = 50_000;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>How long a stopped pair stays so.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly Dictionary<(string User, string Mailbox), Pair> pairs = [];

    /// <summary>Counts a mail of this mailbox to this user, or a message the other way.</summary>
    public PairState Say(Jid user, EmailAddress mailbox, bool isFromUser)
    {
        var now = time.Steady();
        var key = (user.Bare.ToString(), mailbox.Key);
        lock (gate)
        {
            if (!pairs.TryGetValue(key, out var pair) || pair.Until <= now)
            {
                if (pairs.Count >= MaxPairs)
                    pairs.Clear();
                pairs[key] = pair = new Pair { Until = now + Window, WasFromUser = isFromUser };
            }

            return pair.Say(isFromUser, now);
        }
    }

    private sealed class Pair
    {
        private int turns;
        private int slowed;

        public required TimeSpan Until { get; set; }

        public required bool WasFromUser { get; set; }

        public PairState Say(bool isFromUser, TimeSpan now)
        {
            if (slowed >= MaxSlowed)
                return PairState.Stopped;
            if (WasFromUser != isFromUser)
                turns++;
            WasFromUser = isFromUser;
            if (turns <= MaxTurns)
                return PairState.Fine;
            if (++slowed >= MaxSlowed)
                Until = now + Rest;
            return PairState.Slowed;
        }
    }
}

public enum PairState
{
    Fine,

    /// <summary>Refused for now.</summary>
    Slowed,

    /// <summary>Refused for good.</summary>
    Stopped,
}
