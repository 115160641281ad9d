using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>Names the conversation that a message belongs to (RFC 6121 §5.2.5, XEP-0201).</summary>
/// <param name="Parent">The thread that this one grew out of.</param>
public sealed record MessageThread(string Id, string? Parent = null) : IPayload<MessageThread>
{
    public static XName ElementName { get; } = Stanza.Namespace + "thread";

    public static MessageThread? Parse(XElement element) =>
        element.Value.Trim() is { Length: > 0 } id ? new MessageThread(id, (string?)element.Attribute("parent")) : null;

    public XElement ToXml() =>
        new(ElementName, Parent is null ? null : new XAttribute("parent", Parent), Id);
}
