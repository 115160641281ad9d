using SmtpTransport.Gateway.Accounts;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Gateway.Translation;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Gathers what a mail's author and one of its readers have exchanged before, and what that reader has asked for.</summary>
public sealed class MailBackground(AddressMap addresses, IContacts contacts, ICorrespondence correspondence, IAccounts accounts, TimeProvider time)
{
    private const int MaxLookups = 10;

    // RFC 5321 §4.5.3.1: no address is longer.
    private const int MaxAddress = 320;

    public MailContext ContextOf(IncomingMail mail, MailHeaders headers, Jid user, MailFingerprint fingerprint)
    {
        var known = contacts.Find(user, mail.Author);
        var contact = addresses.ContactOf(mail.Author, known?.Form ?? ContactForm.Percent);
        var answered = Answered(user, headers);
        var thread = answered?.Thread ?? MailThread.Of(headers.References, headers.InReplyTo, headers.MessageId ?? mail.Id);
        return new MailContext
        {
            Contact = contact,
            User = user,
            JidOf = mailbox => JidOf(user, mailbox),
            Preferences = accounts.Preferences(user),
            StanzaId = fingerprint.StanzaId,
            Thread = thread,
            ReplyTo = answered is null ? null : new ReplyTarget(answered.StanzaId, answered.Own ? user : contact),
            Concerned = Concerned(mail, headers, user),
            HasNullSender = mail.HasNullSender,
            PreviousSubject = headers.BeginsThread ? null : correspondence.LatestInThread(user, mail.Author, thread)?.Subject ?? (answered is { Own: true } ? answered.Subject : null),
            FirstContact = known is null,
            Sender = SenderOf(mail, headers.DisplayName),
            Warnings = mail.Warnings,
            ReceivedAt = mail.ReceivedAt,
            Now = time.GetUtcNow(),
        };
    }

    private Correspondence? Answered(Jid user, MailHeaders headers) =>
        headers.References.Reverse().Prepend(headers.InReplyTo ?? "")
            .Where(id => id.Length > 0)
            .Distinct()
            .Take(MaxLookups)
            .Select(id => correspondence.ByMessage(user, id))
            .FirstOrDefault(found => found is not null);

    /// <summary>A signal counts only from the one with whom that mail was exchanged, and not when there is doubt who sends it.</summary>
    private string? Concerned(IncomingMail mail, MailHeaders headers, Jid user) =>
        mail.Warnings.Count == 0
        && mail.Authentication.Author != AuthorStanding.Doubtful
        && MailSignal.Of(mail.Message, headers) is { } signal
        && correspondence.ByMessage(user, signal.MessageId) is { } about
        && about.Contact.Key == mail.Author.Key
        && (about.Own || signal is not MailSignal.IsDisplayed)
            ? about.StanzaId
            : null;

    /// <summary>Null when there is nothing to say.</summary>
    private SenderNotice? SenderOf(IncomingMail mail, string? name)
    {
        var (results, _, standing) = mail.Authentication;
        var isDisguised = AuthorName.NamesAnother(name, mail.Author) || addresses.LooksLikeOurs(mail.Author.Domain);
        return standing == AuthorStanding.Unchecked && !isDisguised
            ? null
            : new SenderNotice(standing, PlainText.OneLine(mail.Author.ToAscii(), MaxAddress), isDisguised, results);
    }

    private Jid? JidOf(Jid user, EmailAddress mailbox)
    {
        if (addresses.Recipient(mailbox) is RecipientLookup.User served)
            return served.Jid;
        return mailbox.IsLiteral || addresses.IsServed(mailbox) ? null : addresses.ContactOf(mailbox, contacts.Find(user, mailbox)?.Form ?? ContactForm.Percent);
    }
}
