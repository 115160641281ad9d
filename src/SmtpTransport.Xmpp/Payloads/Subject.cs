using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>The subject of a message (RFC 6121 §5.2.4).</summary>
public sealed record Subject(string Text) : IPayload<Subject>
{
    public static XName ElementName { get; } = Stanza.Namespace + "subject";

    public static Subject Parse(XElement element) => new(element.Value);

    public XElement ToXml() => new(ElementName, Text);
}
