using MimeKit;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Files;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>Composes a draft into the bytes that every attempt will send, and remembers which stanza they are.</summary>
public sealed class DraftComposer(ISpool spool, DraftBackground background)
{
    /// <returns>RFC 5322 bytes, which are stored by then.</returns>
    public async Task<MessageContent> ComposeAsync(ClaimedMail mail, IReadOnlyList<DraftLine> lines, GatheredFiles files)
    {
        var context = await background.ContextOfAsync(mail, lines) with { Files = files.Attached };
        using var message = MailComposer.Compose(lines, context);
        using var octets = new ContentStream();
        MailComposer.Write(message, octets);
        var content = octets.Take();
        try
        {
            await spool.StoreComposedAsync(mail.Id, content, context.MessageId, [.. Stanzas(mail, lines, message, context)], [.. Linked(mail, lines, files)]);
            return content;
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
    }

    /// <summary>Nobody answers a reaction.</summary>
    private static IEnumerable<Correspondence> Stanzas(ClaimedMail mail, IReadOnlyList<DraftLine> lines, MimeMessage message, ComposeContext context) =>
        lines.Where(line => line.StanzaId.Length > 0 && !line.IsReaction).Select(line => new Correspondence(
            context.User,
            line.OwnId ?? line.StanzaId,
            mail.Id,
            context.MessageId,
            mail.Recipients[0].Address,
            context.Thread,
            SubjectLine.Base(message.Subject ?? ""),
            [.. message.References],
            Own: true,
            mail.ReceivedAt)
        {
            Others = [.. mail.Recipients.Skip(1).Select(recipient => recipient.Address.Key)],
        });

    private static IEnumerable<Stanza> Linked(ClaimedMail mail, IReadOnlyList<DraftLine> lines, GatheredFiles files) =>
        from line in lines
        let missing = files.Missing.Where(file => line.Files.Any(shared => shared.Url == file.Url)).Select(file => (file.Name, file.Why)).ToList()
        where missing.Count > 0
        select UserNotices.Linked(line.Origin, string.Join(", ", mail.Recipients.Select(recipient => recipient.Address)), missing);
}
