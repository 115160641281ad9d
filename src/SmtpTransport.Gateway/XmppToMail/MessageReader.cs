using System.Xml;
using System.Xml.Linq;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>Decides what a message to a contact is: something to mail, to ignore, or to refuse. Pure.</summary>
public static class MessageReader
{
    private const int MaxBody = 200_000;

    /// <param name="message">A message that is not an error, addressed to a contact.</param>
    /// <param name="now">When it was read; a XEP-0203 stamp of the user's own server wins.</param>
    public static MessageReading Read(Stanza message, DateTimeOffset now)
    {
        if (message.Type is "headline" or "error")
        {
            return new MessageReading.Ignored();
        }

        // What a message is stands before its body: the body may be a fallback that was never meant to be mailed.
        if (Refusal(message) is { } refusal)
        {
            return new MessageReading.Refused(refusal);
        }

        if (BodyOf(message.Element) is not { } whole)
        {
            return new MessageReading.Ignored();
        }

        if (Encryption.IsEncryptedText(whole))
        {
            return new MessageReading.Refused(Refusals.Encrypted);
        }

        var body = PlainText.Clean(FallbackText.Strip(message.Element, whole)).Trim('\n');
        if (string.IsNullOrWhiteSpace(body))
        {
            return new MessageReading.Ignored();
        }

        return body.Length > MaxBody ? new MessageReading.Refused(Refusals.TooLong) : new MessageReading.Line(Draft(message, body, now));
    }

    private static StanzaError? Refusal(Stanza message)
    {
        var element = message.Element;
        if (message.Type == "groupchat")
        {
            return BodyOf(element) is null ? null : Refusals.GroupChat;
        }

        return Encryption.IsEncrypted(element) ? Refusals.Encrypted
            : Has(element, "retract", "urn:xmpp:message-retract:1") || Has(element, "apply-to", "urn:xmpp:fasten:0") ? Refusals.Retraction
            : Has(element, "reactions", "urn:xmpp:reactions:0") ? Refusals.Reaction
            : Has(element, "ephemeral", "urn:xmpp:ephemeral:0") ? Refusals.SelfDestructing
            : null;
    }

    private static DraftLine Draft(Stanza message, string body, DateTimeOffset now)
    {
        var element = message.Element;

        // XEP-0308: what it corrects has been committed already, so the new text follows as a mail of its own.
        var text = Has(element, "replace", "urn:xmpp:message-correct:0") ? "Correction: " + body : body;
        return new DraftLine(
            message.Id,
            message.From,
            message.To.Bare,
            text,
            element.Element(Stanza.Namespace + "subject")?.Value is { } subject && PlainText.OneLine(subject, 500) is { Length: > 0 } line ? line : null,
            Bounded(element.Element(Stanza.Namespace + "thread")?.Value),
            Bounded(element.Element(XName.Get("reply", "urn:xmpp:reply:0"))?.Attribute("id")?.Value),
            message.Id.Length > 0 && Has(element, "request", "urn:xmpp:receipts"),
            WrittenAt(message, now));
    }

    /// <summary>The body in no stated language, else the first (RFC 6121 §5.2.3).</summary>
    private static string? BodyOf(XElement message)
    {
        var bodies = message.Elements(Stanza.Namespace + "body").ToList();
        return (bodies.Find(body => body.Attribute(XNamespace.Xml + "lang") is null) ?? bodies.FirstOrDefault())?.Value;
    }

    private static DateTimeOffset WrittenAt(Stanza message, DateTimeOffset now)
    {
        foreach (var delay in message.Element.Elements(XName.Get("delay", "urn:xmpp:delay")))
        {
            // Anyone may claim a time; the user's own server, or the user, is believed about the past.
            var by = delay.Attribute("from")?.Value;
            if ((by is null || by == message.From.Domain || by == message.From.Bare.ToString())
                && Stamp(delay) is { } stamp && stamp < now)
            {
                return stamp;
            }
        }

        return now;
    }

    private static DateTimeOffset? Stamp(XElement delay)
    {
        try
        {
            return XmlConvert.ToDateTimeOffset(delay.Attribute("stamp")?.Value ?? "");
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string? Bounded(string? id) => id?.Trim() is { Length: > 0 and <= 1000 } usable ? usable : null;

    private static bool Has(XElement message, string name, string ns) => message.Element(XName.Get(name, ns)) is not null;
}
