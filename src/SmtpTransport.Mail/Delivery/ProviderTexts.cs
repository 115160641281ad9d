namespace SmtpTransport.Mail.Delivery;

/// <summary>
/// The large providers say what they mean in words: their codes do not tell "you send too fast" from "we do not like you".
/// The first class with a matching phrase counts, so the more telling ones stand first.
/// </summary>
internal static class ProviderTexts
{
    private static readonly (ReplyClass Class, string[] Phrases)[] Table =
    [
        // Gmail "receiving mail at a rate", Yahoo "receiving mail too quickly": it is about one mailbox.
        (ReplyClass.Mailbox,
        [
            "receiving mail at a rate", "receiving mail too quickly", "receivingrate", "over quota", "overquota", "quota exceeded",
            "quota violation", "mailbox full", "mailbox is full", "out of storage", "storage allocation", "mailbox limit",
        ]),
        (ReplyClass.ConnectionSpent,
        [
            "max message per connection", "messages for this session", "number of messages per connection", "timeout waiting for command",
        ]),
        (ReplyClass.RateLimited,
        [
            "rate limit", "rate-limit", "ratelimit", "unusual rate", "unusual amount", "unusual traffic", "traffic patterns",
            "unexpected volume", "too many messages", "too many connections", "too much mail", "trop de connexions",
            "frequency limited", "number of connections", "concurrent connections", "throttl", "sending too fast", "slow down",
            "too quickly", "server busy", "access denied, please try again later", "temporary server error. please try again later",
            "service unavailable - try again later", "internal resource temporarily unavailable", "resources temporarily unavailable",
            "was deferred", "temporarily deferred", "[bs02]", "vs98-ip0", "rl0000", "rp:orq", "rp:rcl",
            "hl:itc", "dt:spm", "[ts01]", "[ts02]", "[tss01]", "[tss02]", "[tss04]", "[tss05]", "[ipts04]", "[ipts05]",
        ]),
        (ReplyClass.Content,
        [
            "this message is", "that this message", "message content", "spam content", "mail content", "content policy", "illegal attachment",
            "message rejected as spam", "spam message", "dmarc",
        ]),
        (ReplyClass.Blocked,
        [
            "block list", "blocklist", "blacklist", "blocked", "spamhaus", "[bl", "[ts03]", "weren't sent", "permanently deferred",
            "user complaints", "reputation", "policy restrictions", "policy violations", "service refuse", "listed on",
        ]),
    ];

    public static ReplyClass Classify(SmtpReply reply) => Table
        .Where(row => row.Phrases.Any(phrase => reply.Text.Contains(phrase, StringComparison.OrdinalIgnoreCase)))
        .Select(row => row.Class)
        .FirstOrDefault(ReplyClass.Other);
}
