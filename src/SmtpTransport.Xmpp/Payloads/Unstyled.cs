using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>The body means what it says: stars and underscores in it are no styling (XEP-0393 §6).</summary>
public sealed record Unstyled : IPayload<Unstyled>
{
    public static readonly XNamespace Namespace = "urn:xmpp:styling:0";

    public static XName ElementName { get; } = Namespace + "unstyled";

    public static Unstyled Parse(XElement element) => new();

    public XElement ToXml() => new(ElementName);
}
