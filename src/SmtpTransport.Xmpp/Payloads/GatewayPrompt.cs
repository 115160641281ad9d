using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>How a client's "add contact" dialog asks for a foreign address (XEP-0100 §6.3).</summary>
/// <param name="Description">Ours: what to enter.</param>
/// <param name="Prompt">Ours: the field's label. The client's: what was entered.</param>
/// <param name="Jid">Ours: the address that the entered one has here.</param>
public sealed record GatewayPrompt(string? Description = null, string? Prompt = null, Jid? Jid = null) : IPayload<GatewayPrompt>
{
    public static readonly XNamespace Namespace = "jabber:iq:gateway";

    public static XName ElementName { get; } = Namespace + "query";

    public static GatewayPrompt Parse(XElement element) =>
        new((string?)element.Element(Namespace + "desc"),
            (string?)element.Element(Namespace + "prompt"),
            Xmpp.Jid.TryParse((string?)element.Element(Namespace + "jid"), out var jid) ? jid : null);

    public XElement ToXml() =>
        new(ElementName,
            Description is null ? null : new XElement(Namespace + "desc", Description),
            Prompt is null ? null : new XElement(Namespace + "prompt", Prompt),
            Jid is null ? null : new XElement(Namespace + "jid", Jid.ToString()));
}
