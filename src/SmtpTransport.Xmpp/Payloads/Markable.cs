using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>The sender would like to know when the message was displayed (XEP-0333).</summary>
public sealed record Markable : IPayload<Markable>
{
    public static readonly XNamespace Namespace = "urn:xmpp:chat-markers:0";

    public static XName ElementName { get; } = Namespace + "markable";

    public static Markable Parse(XElement element) => new();

    public XElement ToXml() => new(ElementName);
}
