using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>XEP-0199</summary>
public sealed record Ping : IPayload<Ping>
{
    public static readonly XNamespace Namespace = "urn:xmpp:ping";

    public static XName ElementName { get; } = Namespace + "ping";

    public static Ping Parse(XElement element) => new();

    public XElement ToXml() => new(ElementName);
}
