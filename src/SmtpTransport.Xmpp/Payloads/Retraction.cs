using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>The sender takes a message back (XEP-0424).</summary>
public sealed record Retraction(string MessageId) : IPayload<Retraction>
{
    public static readonly XNamespace Namespace = "urn:xmpp:message-retract:1";

    public static XName ElementName { get; } = Namespace + "retract";

    public static Retraction? Parse(XElement element) =>
        (string?)element.Attribute("id") is { Length: > 0 } id ? new Retraction(id) : null;

    public XElement ToXml() => new(ElementName, new XAttribute("id", MessageId));
}
