using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>The sender's own id of a message, which no server changes (XEP-0359 §3.2).</summary>
public sealed record OriginId(string Id) : IPayload<OriginId>
{
    public static XName ElementName { get; } = StanzaId.Namespace + "origin-id";

    public static OriginId? Parse(XElement element) =>
        (string?)element.Attribute("id") is { Length: > 0 } id ? new OriginId(id) : null;

    public XElement ToXml() => new(ElementName, new XAttribute("id", Id));
}
