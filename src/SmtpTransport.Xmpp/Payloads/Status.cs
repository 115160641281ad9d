using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>Words that go with a presence (RFC 6121 §4.7.2.2).</summary>
public sealed record Status(string Text) : IPayload<Status>
{
    public static XName ElementName { get; } = Stanza.Namespace + "status";

    public static Status Parse(XElement element) => new(element.Value);

    public XElement ToXml() => new(ElementName, Text);
}
