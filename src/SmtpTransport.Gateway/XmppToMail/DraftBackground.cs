using SmtpTransport.Gateway.Accounts;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>Gathers what a mail of a user needs besides its lines: what it answers, the user's name, and what the user has asked for.</summary>
public sealed class DraftBackground(
    ICorrespondence correspondence, IContacts contacts, IAccounts accounts, UserCards cards, ComposerIdentity identity, TimeProvider time)
{
    /// <summary>A message without reply or thread goes on with the last mail exchanged, if that is not long ago.</summary>
    private static readonly TimeSpan Conversation = TimeSpan.FromDays(7);

    /// <summary>For a draft of at least one line. May wait for the user's name, for moments.</summary>
    public async Task<ComposeContext> ContextOfAsync(ClaimedMail mail, IReadOnlyList<DraftLine> lines)
    {
        var user = lines[0].Sender.Bare;
        var from = mail.ReversePath!.Value;
        var name = await NameAsync(user, lines);
        var messageId = MailMessageId.For(mail.Id, identity.MessageIdKey, from.Domain);
        var replied = Replied(user, lines);
        var answered = replied ?? InConversation(user, [.. mail.Recipients.Select(recipient => recipient.Address)], lines);
        return new ComposeContext
        {
            From = from,
            To = In(mail, RecipientRole.To),
            Cc = In(mail, RecipientRole.Cc),
            User = user,
            MessageId = messageId,
            DisplayName = name,
            ConversationSubject = answered?.Subject,
            Thread = answered?.Thread ?? lines.Select(line => line.Thread).FirstOrDefault(id => id is not null) ?? MailThread.Of([], null, messageId),
            InReplyTo = answered?.MessageId,
            References = answered?.References ?? [],
            Quotation = Quotation.Of(
                lines.Select(line => line.Quoted).FirstOrDefault(quoted => quoted is not null),
                replied is null ? null : Quotation.By(Author(replied, user, from, name), replied.At),
                replied is { Own: false } ? replied.Subject : null),
            WantsReadReceipt = lines.Any(line => line.IsMarkable) && accounts.Preferences(user).AskForReadReceipts,
            Hostname = identity.Hostname,
            MailId = mail.Id,
            LoopMark = identity.Loops.Of(mail.Id, user),
            Now = time.GetUtcNow(),
        };
    }

    /// <summary>The user's card says it; else what the client calls its user (XEP-0172).</summary>
    private async Task<string> NameAsync(Jid user, IReadOnlyList<DraftLine> lines)
    {
        var name = await cards.NameAsync(user, lines[^1].Addressed);
        if (name.Length == 0)
            name = lines.LastOrDefault(line => line.Nick is not null)?.Nick ?? "";

        // Beside the true address another one is there to deceive.
        return name.Contains('@', StringComparison.Ordinal) ? "" : name;
    }

    /// <summary>By its reply mark.</summary>
    private Correspondence? Replied(Jid user, IReadOnlyList<DraftLine> lines) =>
        lines.Select(line => line.ReplyToId).FirstOrDefault(id => id is not null) is { } replyTo ? correspondence.ByStanza(user, replyTo) : null;

    /// <summary>By its thread, else the last one of the conversation.</summary>
    private Correspondence? InConversation(Jid user, IReadOnlyList<EmailAddress> people, IReadOnlyList<DraftLine> lines)
    {
        if (lines.Select(line => line.Thread).FirstOrDefault(id => id is not null) is { } thread
            && people.Select(person => correspondence.LatestInThread(user, person, thread)).OfType<Correspondence>().MaxBy(mail => mail.At) is { } latest)
            return latest;

        // A subject of its own begins something new; a thread that we do not know does not, for some clients make one for each chat window.
        // Of several people none may learn what was spoken of without them.
        return lines.Any(line => !string.IsNullOrEmpty(line.Subject)) ? null : correspondence.Latest(user, people, time.GetUtcNow() - Conversation);
    }

    private string Author(Correspondence replied, Jid user, EmailAddress from, string ownName)
    {
        var (name, address) = replied.Own ? (ownName, from) : (contacts.Find(user, replied.Contact)?.Name ?? "", replied.Contact);
        return name.Length > 0 ? $"{name} <{address}>" : address.ToString();
    }

    private static List<EmailAddress> In(ClaimedMail mail, RecipientRole role) =>
        [.. mail.Recipients.Where(recipient => recipient.Role == role).Select(recipient => recipient.Address)];
}

/// <param name="Hostname">For the Received line.</param>
public sealed record ComposerIdentity(string Hostname, byte[] MessageIdKey, LoopMark Loops);
