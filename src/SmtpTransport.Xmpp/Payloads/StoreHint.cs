using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>Worth keeping though it has no body (XEP-0334): without it, nobody who is offline learns of it.</summary>
public sealed record StoreHint : IPayload<StoreHint>
{
    public static readonly XNamespace Namespace = "urn:xmpp:hints";

    public static XName ElementName { get; } = Namespace + "store";

    public static StoreHint Parse(XElement element) => new();

    public XElement ToXml() => new(ElementName);
}
