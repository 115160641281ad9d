using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>Names and values about a stanza, as mail has in its header (XEP-0131).</summary>
public sealed record StanzaHeaders(IReadOnlyList<StanzaHeader> All) : IPayload<StanzaHeaders>
{
    public static readonly XNamespace Namespace = "http://jabber.org/protocol/shim";

    public static XName ElementName { get; } = Namespace + "headers";

    public static StanzaHeaders Parse(XElement element) =>
        new([.. element.Elements(Namespace + "header").Select(header => new StanzaHeader((string?)header.Attribute("name") ?? "", header.Value))]);

    public XElement ToXml() =>
        new(ElementName, All.Select(header => new XElement(Namespace + "header", new XAttribute("name", header.Name), header.Value)));
}

public sealed record StanzaHeader(string Name, string Value);
