using MimeKit;
using SmtpTransport.Gateway.Accounts;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Files;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Gateway.Translation;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Gathers what a mail's author and one of its readers have exchanged before, and what that reader has asked for.</summary>
public sealed class MailBackground(AddressMap addresses, IContacts contacts, ICorrespondence correspondence, IAccounts accounts, IFilePlaces places, TimeProvider time)
{
    private const int MaxLookups = 10;

    // RFC 5321 §4.5.3.1: no address is longer.
    private const int MaxAddress = 320;

    public MailContext ContextOf(IncomingMail mail, MailHeaders headers, Jid user, MailFingerprint fingerprint)
    {
        var list = ListOf(mail);
        var correspondent = list ?? mail.Author;
        var known = contacts.Find(user, correspondent);
        var contact = addresses.ContactOf(correspondent, known?.Form ?? ContactForm.Percent);
        var preferences = accounts.Preferences(user);
        var answered = Answered(user, headers);
        var thread = answered?.Thread ?? MailThread.Of(headers.References, headers.InReplyTo, headers.MessageId ?? mail.Id);
        return new MailContext
        {
            Contact = contact,
            User = user,
            JidOf = mailbox => JidOf(user, mailbox),
            Preferences = preferences,
            StanzaId = fingerprint.StanzaId,
            Thread = thread,
            ReplyTo = answered is null ? null : new ReplyTarget(answered.StanzaId, answered.Own ? user : contact),
            Concerned = Concerned(mail, headers, user),
            List = list,
            ReceiptTo = preferences.GiveReadReceipts ? ReceiptTo(mail, headers) : null,
            HasNullSender = mail.ReversePath is null,
            PreviousSubject = headers.BeginsThread ? null : correspondence.LatestInThread(user, correspondent, thread)?.Subject ?? (answered is { Own: true } ? answered.Subject : null),
            FirstContact = known is null,
            Sender = SenderOf(mail, headers.DisplayName),
            Warnings = mail.Warnings,
            FilesFollow = places.AreThere,
            FilesMayStay = !places.AreCertain,
            ReceivedAt = mail.ReceivedAt,
            Now = time.GetUtcNow(),
        };
    }

    /// <summary>
    /// The list that a mail came over, where the list has put itself into Reply-To and its own server vouches for the mail: nobody else
    /// may speak as a contact that did not write. Then what is written in that chat goes to the list.
    /// </summary>
    private EmailAddress? ListOf(IncomingMail mail) =>
        MailingList.Of(mail.Message) is { Name.Length: > 0, IsClosed: false, Post: { IsLiteral: false } list }
        && mail is { Authentication.IsSenderVerified: true, ReversePath: { } sender }
        && (sender.Domain == list.Domain || sender.Domain.EndsWith("." + list.Domain, StringComparison.Ordinal))
        && mail.Message.ReplyTo.Mailboxes.Take(MaxLookups).Any(answered => EmailAddress.TryParse(answered.Address, out var address) && address.Key == list.Key)
        && !addresses.IsServed(list)
            ? list
            : null;

    /// <summary>
    /// RFC 8098 §2.1: one address, and the one that the mail came from, so that nobody is told who did not ask; that it is true is known.
    /// Nor is a machine told, or who could not find the mail again.
    /// </summary>
    private static EmailAddress? ReceiptTo(IncomingMail mail, MailHeaders headers) =>
        mail is { MayReport: true, ReversePath: { NeedsSmtpUtf8: false } sender }
        && headers.MessageId is not null
        && InternetAddressList.TryParse(mail.Message.Headers[HeaderId.DispositionNotificationTo] ?? "", out var asking)
        && asking.Mailboxes.Take(2).ToList() is [var only]
        && EmailAddress.TryParse(only.Address, out var address)
        && address.Key == sender.Key
            ? sender
            : null;

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
        && about.IsWith(mail.Author)
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
