using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Spool;

/// <summary>One accepted message of a draft, with fallback texts that we understand already stripped.</summary>
/// <param name="StanzaId">The id that errors and receipts carry; empty when the message had none.</param>
/// <param name="Sender">The full JID that wrote it.</param>
/// <param name="Addressed">The contact JID it was sent to, in the spelling used: answers come from it.</param>
/// <param name="Subject">Null when the message had none.</param>
/// <param name="ReplyToId">XEP-0461: the id of the message that this answers.</param>
/// <param name="WrittenAt">For the Date header.</param>
public sealed record DraftLine(
    string StanzaId,
    Jid Sender,
    Jid Addressed,
    string Body,
    string? Subject,
    string? Thread,
    string? ReplyToId,
    bool WantsReceipt,
    DateTimeOffset WrittenAt)
{
    private const string FollowUpMark = "Correction: ";

    /// <summary>Of a correction that came too late: its own id, while <see cref="StanzaId"/> names the first version.</summary>
    public string? OwnId { get; init; }

    /// <summary>Of a corrected line: the id of the correction that its text is from.</summary>
    public string? LatestId { get; init; }

    /// <summary>The body means what it says (XEP-0393 §6).</summary>
    public bool IsUnstyled { get; init; }

    /// <summary>The same text with its layout: one element of HTML that we made; null when there is none.</summary>
    public string? Layout { get; init; }

    /// <summary>What the client quotes of the message that this answers; it stands no longer in the body.</summary>
    public string? Quoted { get; init; }

    /// <summary>What the client calls its user (XEP-0172).</summary>
    public string? Nick { get; init; }

    /// <summary>The user would like to know when it was displayed (XEP-0333).</summary>
    public bool IsMarkable { get; init; }

    /// <summary>The body is emoji, on the message that <see cref="ReplyToId"/> names (XEP-0444).</summary>
    public bool IsReaction { get; init; }

    /// <summary>Those that it shares, to be fetched when the mail is composed.</summary>
    public IReadOnlyList<SharedFile> Files { get; init; } = [];

    public StanzaOrigin Origin => new(StanzaId, Sender, Addressed, WantsReceipt);

    /// <summary>What a correction becomes when the first version has left: an answer to it. Its results belong to the first version.</summary>
    public DraftLine Following(string first) =>
        this with { StanzaId = first, OwnId = OwnId ?? StanzaId, LatestId = StanzaId, ReplyToId = first, Body = (FollowUpMark + Body).TrimEnd(' '), Layout = null, Quoted = null };
}
