using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>The sender's reactions to a message, all of them; none takes them back (XEP-0444).</summary>
public sealed record Reactions(string MessageId, IReadOnlyList<string> Emojis) : IPayload<Reactions>
{
    public static readonly XNamespace Namespace = "urn:xmpp:reactions:0";

    public static XName ElementName { get; } = Namespace + "reactions";

    public static Reactions? Parse(XElement element) =>
        (string?)element.Attribute("id") is { Length: > 0 } id
            ? new Reactions(id, [.. element.Elements(Namespace + "reaction").Select(reaction => reaction.Value.Trim())])
            : null;

    public XElement ToXml() =>
        new(ElementName,
            new XAttribute("id", MessageId),
            Emojis.Select(emoji => new XElement(Namespace + "reaction", emoji)));
}
