using MimeKit;
using SmtpTransport.Gateway.Reading;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.Translation;

/// <summary>A mail that says something about another one: that it was read, or what somebody thinks of it.</summary>
/// <param name="MessageId">Of the mail that it is about.</param>
/// <param name="IsAll">It says nothing else.</param>
internal abstract record MailSignal(string MessageId, bool IsAll)
{
    private const int MaxParts = 100;

    public static MailSignal? Of(MimeMessage mail, MailHeaders headers) =>
        (MailSignal?)ReadReceipt(mail) ?? Reaction(mail, headers);

    /// <summary>As chat says it of the stanza with that id.</summary>
    public abstract IPayload About(string stanzaId);

    // RFC 8098 §3.2
    private static IsDisplayed? ReadReceipt(MimeMessage mail)
    {
        if (mail.Body is not MultipartReport { ReportType: { } kind } report || !kind.Equals("disposition-notification", StringComparison.OrdinalIgnoreCase))
            return null;
        if (report.OfType<MessageDispositionNotification>().FirstOrDefault()?.Fields is not { } fields)
            return null;
        var disposition = fields["Disposition"] ?? "";
        var fate = disposition[(disposition.IndexOf(';') + 1)..].Split('/')[0].Trim();
        return fate.Equals("displayed", StringComparison.OrdinalIgnoreCase) && MailHeaders.IdIn(fields["Original-Message-ID"]) is { } id
            ? new IsDisplayed(id)
            : null;
    }

    private static HasReaction? Reaction(MimeMessage mail, MailHeaders headers)
    {
        if (headers.InReplyTo is not { } target)
            return null;
        var parts = mail.BodyParts.OfType<MimePart>().Take(MaxParts).ToList();
        if (parts.Find(ReactionPart.Is) is not { } part || ReactionPart.Emojis(part) is not { } emojis)
            return null;
        return new HasReaction(target, emojis, ReactionPart.IsGmail(part) || parts.TrueForAll(ReactionPart.Is)) { IsStandard = !ReactionPart.IsGmail(part) };
    }

    public sealed record IsDisplayed(string MessageId) : MailSignal(MessageId, IsAll: true)
    {
        public override IPayload About(string stanzaId) => new Displayed(stanzaId);
    }

    public sealed record HasReaction(string MessageId, IReadOnlyList<string> Emojis, bool IsAll) : MailSignal(MessageId, IsAll)
    {
        /// <summary>By RFC 9078, in which we can answer.</summary>
        public bool IsStandard { get; init; }

        public override IPayload About(string stanzaId) => new Reactions(stanzaId, Emojis);
    }
}
