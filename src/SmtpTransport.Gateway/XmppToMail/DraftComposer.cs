using MimeKit;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>Composes a draft into the bytes that every attempt will send, and remembers which stanza they are.</summary>
public sealed class DraftComposer(ISpool spool, ICorrespondence correspondence, ComposerIdentity identity, TimeProvider time)
{
    /// <summary>A message without reply or thread goes on with the last mail exchanged, if that is not long ago.</summary>
    private static readonly TimeSpan Conversation = TimeSpan.FromDays(7);

    /// <returns>RFC 5322 bytes, on the disk.</returns>
    public async Task<byte[]> ComposeAsync(ClaimedMail mail, IReadOnlyList<DraftLine> lines)
    {
        var user = lines[0].Sender.Bare;
        var from = mail.ReversePath!.Value;
        var answered = Answered(user, mail.Recipients[0].Address, lines);
        var messageId = MailMessageId.For(mail.Id, identity.MessageIdKey, from.Domain);
        using var message = MailComposer.Compose(lines, new ComposeContext
        {
            From = from,
            To = In(mail, RecipientRole.To),
            Cc = In(mail, RecipientRole.Cc),
            User = user,
            MessageId = messageId,
            ConversationSubject = answered?.Subject,
            InReplyTo = answered?.MessageId,
            References = answered?.References ?? [],
            Hostname = identity.Hostname,
            MailId = mail.Id,
            LoopMark = identity.Loops.Of(mail.Id, user),
            Now = time.GetUtcNow(),
        });
        var octets = MailComposer.ToBytes(message);
        await spool.StoreComposedAsync(mail.Id, octets, messageId, [.. Stanzas(mail, lines, user, mail.Recipients[0].Address, message, messageId, answered)]);
        return octets;
    }

    /// <summary>The mail that the message answers: by its reply mark, else by its thread, else the last one of the conversation.</summary>
    private Correspondence? Answered(Jid user, EmailAddress contact, IReadOnlyList<DraftLine> lines)
    {
        if (lines.Select(line => line.ReplyToId).FirstOrDefault(id => id is not null) is { } replyTo
            && correspondence.ByStanza(user, replyTo) is { } replied)
            return replied;
        if (lines.Select(line => line.Thread).FirstOrDefault(id => id is not null) is { } thread
            && correspondence.LatestInThread(user, contact, thread) is { } latest)
            return latest;

        // A subject of its own begins something new; a thread that we do not know does not, for some clients make one for each chat window.
        return lines.Any(line => !string.IsNullOrEmpty(line.Subject)) ? null : correspondence.Latest(user, contact, time.GetUtcNow() - Conversation);
    }

    private static List<EmailAddress> In(ClaimedMail mail, RecipientRole role) =>
        [.. mail.Recipients.Where(recipient => recipient.Role == role).Select(recipient => recipient.Address)];

    private static IEnumerable<Correspondence> Stanzas(
        ClaimedMail mail, IReadOnlyList<DraftLine> lines, Jid user, EmailAddress contact, MimeMessage message, string messageId, Correspondence? answered)
    {
        var thread = answered?.Thread ?? lines.Select(line => line.Thread).FirstOrDefault(id => id is not null) ?? MailThread.Of([], null, messageId);
        return lines.Where(line => line.StanzaId.Length > 0).Select(line => new Correspondence(
            user, line.OwnId ?? line.StanzaId, mail.Id, messageId, contact, thread, SubjectLine.Base(message.Subject ?? ""), [.. message.References], Own: true, mail.ReceivedAt));
    }
}

/// <param name="Hostname">For the Received line.</param>
public sealed record ComposerIdentity(string Hostname, byte[] MessageIdKey, LoopMark Loops);
