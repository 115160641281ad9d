using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>The text of a message (RFC 6121 §5.2.3).</summary>
public sealed record Body(string Text) : IPayload<Body>
{
    public static XName ElementName { get; } = Stanza.Namespace + "body";

    public static Body Parse(XElement element) => new(element.Value);

    public XElement ToXml() => new(ElementName, Text);
}
