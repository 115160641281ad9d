using Microsoft.Extensions.Logging;
using MimeKit;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Takes one mail to one user, and brings back the XMPP server's word on it.</summary>
public sealed partial class StanzaDelivery(
    IStanzaSender link, AddressMap addresses, IContacts contacts, ICorrespondence correspondence, TimeProvider time, ILogger<StanzaDelivery> logger)
{
    private const int MaxLookups = 10;

    /// <summary>What the server took a moment ago may be lost with it (design §3).</summary>
    public bool IsLinkDown => link.DownSince is not null;

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
            return outcome with { Verdict = verdicts[0] };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogBroken(e, mail.Id, user);
            return new StanzaOutcome(new DeliveryVerdict.Refused(new StanzaError(StanzaErrorType.Wait, "internal-server-error")), "", []);
        }
    }

    /// <summary>With what the mail's author and the user have exchanged before.</summary>
    private (IReadOnlyList<Stanza> Stanzas, StanzaOutcome IfTaken) Translate(IncomingMail mail, Jid user, MailFingerprint fingerprint)
    {
        var headers = MailHeaders.Of(mail.Message);
        var known = contacts.Find(user, mail.Author);
        var contact = addresses.ContactOf(mail.Author, known?.Form ?? ContactForm.Percent);
        var answered = Answered(user, headers);
        var thread = answered?.Thread ?? MailThread.Of(headers.References, headers.InReplyTo, headers.MessageId ?? mail.Id);
        var now = time.GetUtcNow();
        var stanzas = MailTranslator.ToStanzas(mail.Message, new MailContext
        {
            Contact = contact,
            User = user,
            StanzaId = fingerprint.StanzaId,
            Thread = thread,
            ReplyTo = answered is null ? null : new ReplyTarget(answered.StanzaId, answered.Own ? user : contact),
            PreviousSubject = headers.BeginsThread ? null : correspondence.LatestInThread(user, mail.Author, thread)?.Subject,
            FirstContact = known is null,
            Warnings = mail.Warnings,
            ReceivedAt = mail.ReceivedAt,
            Now = now,
        });
        var sent = stanzas.Select(stanza => new Correspondence(
            user, stanza.Id, mail.Id, headers.MessageId ?? "", mail.Author, thread, headers.BaseSubject, headers.References, Own: false, now));
        return (stanzas, new StanzaOutcome(new DeliveryVerdict.Taken(), headers.DisplayName ?? "", [.. sent]));
    }

    private Correspondence? Answered(Jid user, MailHeaders headers) =>
        headers.References.Reverse().Prepend(headers.InReplyTo ?? "")
            .Where(id => id.Length > 0)
            .Distinct()
            .Take(MaxLookups)
            .Select(id => correspondence.ByMessage(user, id))
            .FirstOrDefault(found => found is not null);

    [LoggerMessage(LogLevel.Error, "Mail {MailId} could not be sent to {User}")]
    private partial void LogBroken(Exception e, string mailId, Jid user);
}

/// <param name="ContactName">The author's display name, or empty.</param>
/// <param name="Sent">What to remember of it if it was taken.</param>
public sealed record StanzaOutcome(DeliveryVerdict Verdict, string ContactName, IReadOnlyList<Correspondence> Sent);
