using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>The name that a user publishes (XEP-0172 §3.4, by XEP-0060): the question when empty, and the answer.</summary>
public sealed record PublishedNick(string? Name = null) : IPayload<PublishedNick>
{
    public static XName ElementName => PublishedCard.ElementName;

    public static PublishedNick Parse(XElement element) =>
        new(element.Element(PublishedCard.Namespace + "items")?.Elements(PublishedCard.Namespace + "item").FirstOrDefault()?.Element(Nick.ElementName) is { } nick ? Nick.Parse(nick)?.Name : null);

    public XElement ToXml() => new(
        ElementName,
        new XElement(PublishedCard.Namespace + "items", new XAttribute("node", Nick.Namespace.NamespaceName), new XAttribute("max_items", 1)));
}
