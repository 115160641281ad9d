using System.Xml.Linq;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Styling;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>Decides what a message to a contact is: something to mail, to ignore, or to refuse. Pure.</summary>
public static class MessageReader
{
    private const int MaxBody = 200_000;
    private const int MaxSubject = 500;
    private const int MaxNick = 100;
    private const int MaxQuoted = 10_000;

    /// <param name="message">A message that is not an error, addressed to a contact.</param>
    /// <param name="now">When it was read; a XEP-0203 stamp of the user's own server wins.</param>
    public static MessageReading Read(Stanza message, DateTimeOffset now)
    {
        if (message.Type is "headline" or "error" || IsKeyExchange(message))
        {
            return new MessageReading.Ignored();
        }

        // What a message is comes before its body: the body may be a fallback that was never meant to be mailed.
        if (Refusal(message) is { } refusal)
        {
            return new MessageReading.Refused(refusal);
        }

        if (Retraction.Of(message) is { } retraction)
        {
            return new MessageReading.TakesBack(retraction.MessageId);
        }

        if (message.Element.Element(Reactions.ElementName) is { } reactions)
        {
            return Reaction(message, Reactions.Parse(reactions) ?? new Reactions("", []), now);
        }

        var files = FileReader.Read(message);
        var (written, quoted) = Parts(message, files);
        var body = PlainText.Clean(FileReader.Text(message, written, files)).Trim('\n');
        if (string.IsNullOrWhiteSpace(body) && files.Count == 0)
        {
            return new MessageReading.Ignored();
        }

        return body.Length <= MaxBody
            ? new MessageReading.Line(Draft(message, body, quoted, files, now), Bounded(message.Payload<Correction>()?.MessageId))
            : new MessageReading.Refused(Refusals.TooLong);
    }

    private static StanzaError? Refusal(Stanza message)
    {
        if (Encryption.Of(message) is not null)
        {
            return Refusals.Encrypted;
        }

        if (message.Type == "groupchat" && message.Body is not null)
        {
            return Refusals.GroupChat;
        }

        return message.Element.Element(XName.Get("ephemeral", "urn:xmpp:ephemeral:0")) is not null ? Refusals.SelfDestructing : FileReader.Refusal(message);
    }

    /// <summary>Emoji, and at least one: mail has no word for taking a reaction back.</summary>
    private static MessageReading Reaction(Stanza message, Reactions reactions, DateTimeOffset now) =>
        reactions.Emojis.Count == 0 ? new MessageReading.Refused(Refusals.ReactionTakenBack)
        : Bounded(reactions.MessageId) is { } target && EmojiSequence.Parse(string.Join(' ', reactions.Emojis)) is { Count: > 0 } emojis
            ? new MessageReading.Line(Draft(message, string.Join(' ', emojis), "", [], now) with { ReplyToId = target, IsReaction = true, Layout = null, Subject = null })
            : new MessageReading.Refused(Refusals.Reaction);

    private static DraftLine Draft(Stanza message, string body, string quoted, IReadOnlyList<SharedFile> files, DateTimeOffset now) => new(
        Bounded(message.Id) ?? "",
        message.From,
        message.To.Bare,
        body,
        PlainText.OneLine(message.Subject ?? "", MaxSubject) is { Length: > 0 } subject ? subject : null,
        Bounded(message.Payload<MessageThread>()?.Id),
        Bounded(message.Payload<Reply>()?.Id),
        message.Id.Length is > 0 and <= Stanza.MaxId && message.Payload<ReceiptRequest>() is not null,
        WrittenAt(message, now))
    {
        IsUnstyled = message.Payload<Unstyled>() is not null,
        IsMarkable = message.Payload<Markable>() is not null,
        Nick = PlainText.OneLine(message.Payload<Nick>()?.Name ?? "", MaxNick) is { Length: > 0 } nick ? nick : null,

        // A layout beside a quotation or a file holds that too, and nothing says where.
        Layout = quoted.Length == 0 && files.Count == 0 && message.Payload<XhtmlIm>() is { } layout ? XhtmlLayout.Read(layout.Body)?.ToString(SaveOptions.DisableFormatting) : null,
        Quoted = message.Payload<Reply>() is null ? null : Unquoted(quoted),
        Files = files,
    };

    /// <summary>The user's own words, and what is quoted for clients that do not know replies (XEP-0461 §3): we know them, and files too.</summary>
    private static (string Written, string Quoted) Parts(Stanza message, IReadOnlyList<SharedFile> files)
    {
        var body = message.Body ?? "";
        string[] reply = [Reply.Namespace.NamespaceName];
        var written = TextRange.Remove(body, Fallbacks(message, files.Count > 0 ? [.. reply, .. FileReader.Features] : reply));

        // A mark on all of it is a mistake of the client's: nothing may be lost by it.
        return files.Count == 0 && string.IsNullOrWhiteSpace(written)
            ? (body, "")
            : (written, TextRange.Split(body, Fallbacks(message, reply)).Inside);
    }

    private static TextRange[] Fallbacks(Stanza message, IReadOnlyList<string> features) =>
        [.. Fallback.AllOf(message).Where(fallback => features.Contains(fallback.For)).Select(fallback => fallback.Body).OfType<TextRange>()];

    /// <summary>Clients mark it as a quotation (XEP-0393 §5.1.3).</summary>
    private static string? Unquoted(string quoted)
    {
        var text = string.Join('\n', quoted[..PlainText.CutBefore(quoted, 0, MaxQuoted)].Split('\n').Select(WithoutMark));
        return string.IsNullOrWhiteSpace(text) ? null : PlainText.Clean(text).Trim('\n');
    }

    private static string WithoutMark(string line) =>
        line.StartsWith("> ", StringComparison.Ordinal) ? line[2..] : line.StartsWith('>') ? line[1..] : line;

    // Anyone may claim a time; the user's own server, or the user, is believed about the past.
    private static DateTimeOffset WrittenAt(Stanza message, DateTimeOffset now) =>
        message.Payloads<Delay>().FirstOrDefault(delay =>
            delay.Stamp < now
            && (delay.From is not { } by || by == message.From.Bare || by == new Jid("", message.From.Domain, "")))?.Stamp ?? now;

    /// <summary>Clients renew keys on their own: encrypted, but there is nothing in it (XEP-0384 §4.6).</summary>
    private static bool IsKeyExchange(Stanza message) =>
        message.Body is null
        && Encryption.Of(message)?.Method == "OMEMO"
        && !message.Element.Elements().Any(child => child.Name.LocalName == "encrypted" && child.Elements().Any(part => part.Name.LocalName == "payload"));

    private static string? Bounded(string? id) => id is { Length: <= Stanza.MaxId } ? id : null;
}
