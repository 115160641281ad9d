using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Text;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>Composes a draft into the bytes that every attempt will send, and remembers which stanza they are.</summary>
public sealed class DraftComposer(ISpool spool, DraftBackground background)
{
    /// <returns>RFC 5322 bytes, on the disk.</returns>
    public async Task<byte[]> ComposeAsync(ClaimedMail mail, IReadOnlyList<DraftLine> lines)
    {
        var context = await background.ContextOfAsync(mail, lines);
        using var message = MailComposer.Compose(lines, context);
        var octets = MailComposer.ToBytes(message);

        // Nobody answers a reaction.
        var answerable = lines.Where(line => line.StanzaId.Length > 0 && !line.IsReaction);
        await spool.StoreComposedAsync(mail.Id, octets, context.MessageId, [.. answerable.Select(line => new Correspondence(
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
        })]);
        return octets;
    }
}
