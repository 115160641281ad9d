using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>The business card that a user publishes (XEP-0292 §4, by XEP-0060): the question when empty, and the answer.</summary>
public sealed record PublishedCard(string? FullName = null, string? Nickname = null) : IPayload<PublishedCard>
{
    public const string Node = "urn:xmpp:vcard4";

    public static readonly XNamespace Namespace = "http://jabber.org/protocol/pubsub";

    private static readonly XNamespace VCard = "urn:ietf:params:xml:ns:vcard-4.0";

    public static XName ElementName { get; } = Namespace + "pubsub";

    public static PublishedCard Parse(XElement element)
    {
        var card = element.Element(Namespace + "items")?.Elements(Namespace + "item").FirstOrDefault()?.Element(VCard + "vcard");
        return new PublishedCard(Text(card, "fn"), Text(card, "nickname"));
    }

    public XElement ToXml() => new(ElementName, new XElement(Namespace + "items", new XAttribute("node", Node), new XAttribute("max_items", 1)));

    private static string? Text(XElement? card, string name) =>
        card?.Element(VCard + name)?.Element(VCard + "text")?.Value.Trim() is { Length: > 0 } text ? text : null;
}
