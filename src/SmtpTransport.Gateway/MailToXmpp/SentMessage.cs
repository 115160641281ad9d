using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Translation;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>What is remembered of a message that a mail became.</summary>
internal static class SentMessage
{
    /// <summary>A mail to more is answered one by one.</summary>
    private const int MaxOthers = 50;

    /// <param name="part">As in <see cref="MailPart"/>.</param>
    public static Correspondence Of(IncomingMail mail, MailHeaders headers, MailContext context, Stanza message, int part) => new(
        context.User, message.Id, mail.Id, headers.MessageId ?? "", context.List ?? mail.Author, context.Thread, headers.BaseSubject, headers.References, Own: false, context.Now)
    {
        OriginalMessageId = headers.OriginalMessageId,
        Part = part,
        Others = [.. MailParticipants.Of(mail.Message).All.Select(person => person.Address.Key).Distinct().Take(MaxOthers)],
    };
}
