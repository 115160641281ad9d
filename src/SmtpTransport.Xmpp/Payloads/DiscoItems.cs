using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>What lies beneath an entity (XEP-0030 §4): the question when empty, and the answer.</summary>
public sealed record DiscoItems : IPayload<DiscoItems>
{
    public static readonly XNamespace Namespace = "http://jabber.org/protocol/disco#items";

    public static XName ElementName { get; } = Namespace + "query";

    public string? Node { get; init; }

    public IReadOnlyList<DiscoItem> Items { get; init; } = [];

    public static DiscoItems Parse(XElement element) =>
        new()
        {
            Node = (string?)element.Attribute("node"),
            Items = [.. element.Elements(Namespace + "item").Select(DiscoItem.Parse).OfType<DiscoItem>()],
        };

    public XElement ToXml() =>
        new(ElementName,
            Node is null ? null : new XAttribute("node", Node),
            Items.Select(item => item.ToXml()));
}

public sealed record DiscoItem(Jid Jid, string? Name = null, string? Node = null)
{
    internal static DiscoItem? Parse(XElement element) =>
        Jid.TryParse((string?)element.Attribute("jid"), out var jid)
            ? new DiscoItem(jid, (string?)element.Attribute("name"), (string?)element.Attribute("node"))
            : null;

    internal XElement ToXml() =>
        new(DiscoItems.Namespace + "item",
            new XAttribute("jid", Jid.ToString()),
            Name is null ? null : new XAttribute("name", Name),
            Node is null ? null : new XAttribute("node", Node));
}
