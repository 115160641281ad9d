using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>The id under which an archive keeps a message (XEP-0359 §3.1).</summary>
/// <param name="By">Whose archive: believe only those that you trust.</param>
public sealed record StanzaId(string Id, Jid By) : IPayload<StanzaId>
{
    public static readonly XNamespace Namespace = "urn:xmpp:sid:0";

    public static XName ElementName { get; } = Namespace + "stanza-id";

    public static StanzaId? Parse(XElement element) =>
        (string?)element.Attribute("id") is { Length: > 0 } id && Jid.TryParse((string?)element.Attribute("by"), out var by)
            ? new StanzaId(id, by)
            : null;

    public XElement ToXml() => new(ElementName, new XAttribute("id", Id), new XAttribute("by", By.ToString()));
}
