using Microsoft.Extensions.Logging;
using SmtpTransport.Gateway.Links;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Gateway.Translation;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Takes one mail to one user, and brings back the XMPP server's word on it.</summary>
public sealed partial class StanzaDelivery(IStanzaSender link, MailBackground background, PublicLinks links, TimeProvider time, ILogger<StanzaDelivery> logger)
{
    /// <summary>What the server took before may be lost with it (design §3).</summary>
    public bool HasBrokenSince(DateTimeOffset moment) => link.BrokenAt >= moment;

    /// <summary>
    /// One attempt. The verdict on the first message is the verdict on the mail; the others follow it on the same stream. Our
    /// own faults count as a refusal for now, so that a mail that breaks us is tried again, and given up like any other.
    /// </summary>
    public async Task<StanzaOutcome> DeliverAsync(IncomingMail mail, Jid user, MailFingerprint fingerprint, CancellationToken cancellation)
    {
        try
        {
            var (stanzas, outcome) = Translate(mail, user, fingerprint);
            var verdicts = await Task.WhenAll(stanzas.Select(stanza => link.SendConfirmedAsync(stanza, cancellation)).ToList());
            return outcome with { Verdict = verdicts[0], At = time.GetUtcNow() };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogBroken(e, mail.Id, user);
            return new StanzaOutcome(new DeliveryVerdict.Refused(new StanzaError(StanzaErrorType.Wait, "internal-server-error")), "", []);
        }
    }

    private (IReadOnlyList<Stanza> Stanzas, StanzaOutcome IfTaken) Translate(IncomingMail mail, Jid user, MailFingerprint fingerprint)
    {
        var headers = MailHeaders.Of(mail.Message);
        var page = links.To(fingerprint, 0);
        var context = background.ContextOf(mail, headers, user, fingerprint) with { PageLink = page?.Url };
        var translated = MailTranslator.Translate(mail.Message, context);

        // A receipt or a reaction is nothing that somebody answers.
        var sent = translated.Stanzas.Where(stanza => stanza.Body is not null).Select((stanza, number) =>
            SentMessage.Of(mail, headers, context, stanza, MailPart.Mail) with { ReceiptTo = number == 0 ? context.ReceiptTo : null });
        var name = context.Sender is { IsDisguised: true } || context.List is not null ? "" : headers.DisplayName ?? "";
        return (translated.Stanzas, new StanzaOutcome(new DeliveryVerdict.Taken(), name, [.. sent])
        {
            Links = page is null || translated.Cut == MailCut.None ? [] : [page],
            Parts = translated.Parts,
            Reacting = UnderstandsReactions(mail, headers, context) ? mail.Author : null,
        });
    }

    /// <summary>Whoever has sent one, and whoever writes through a gateway such as this.</summary>
    private static bool UnderstandsReactions(IncomingMail mail, MailHeaders headers, MailContext context) =>
        mail.Message.Headers.Contains(LoopMark.Field)
        || (context.Concerned is not null && MailSignal.Of(mail.Message, headers) is MailSignal.HasReaction { IsStandard: true });

    [LoggerMessage(LogLevel.Error, "Mail {MailId} could not be sent to {User}")]
    private partial void LogBroken(Exception e, string mailId, Jid user);
}

/// <param name="ContactName">The author's display name, or empty.</param>
/// <param name="Sent">What to remember of it if it was taken.</param>
public sealed record StanzaOutcome(DeliveryVerdict Verdict, string ContactName, IReadOnlyList<Correspondence> Sent)
{
    /// <summary>When the word came.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>What its messages lead to.</summary>
    public IReadOnlyList<MailLink> Links { get; init; } = [];

    /// <summary>Who has shown to understand reactions.</summary>
    public EmailAddress? Reacting { get; init; }

    /// <summary>What follows it, as in <see cref="MailPart"/>.</summary>
    public IReadOnlyList<int> Parts { get; init; } = [];
}
