using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>Somebody has seen that message, and all before it (XEP-0333).</summary>
public sealed record Displayed(string MessageId) : IPayload<Displayed>
{
    public static XName ElementName { get; } = Markable.Namespace + "displayed";

    public static Displayed? Parse(XElement element) =>
        (string?)element.Attribute("id") is { Length: > 0 } id ? new Displayed(id) : null;

    public XElement ToXml() => new(ElementName, new XAttribute("id", MessageId));
}
