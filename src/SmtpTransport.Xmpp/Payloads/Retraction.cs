using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>The sender takes a message back (XEP-0424).</summary>
public sealed record Retraction(string MessageId) : IPayload<Retraction>
{
    public static readonly XNamespace Namespace = "urn:xmpp:message-retract:1";

    // XEP-0422 §3.1
    private static readonly XName Fastening = XNamespace.Get("urn:xmpp:fasten:0") + "apply-to";

    private static readonly XName Former = XNamespace.Get("urn:xmpp:message-retract:0") + "retract";

    public static XName ElementName { get; } = Namespace + "retract";

    /// <summary>Null when the message is none. Without an id it takes nothing back; its body is an excuse all the same.</summary>
    public static Retraction? Of(Stanza message)
    {
        if (message.Element.Element(ElementName) is { } retract)
            return Parse(retract) ?? new Retraction("");

        // COMPAT (slixmpp 1.8, Converse, Movim): XEP-0424 before its version 0.4.
        var former = message.Element.Elements(Fastening).FirstOrDefault(fastening => fastening.Element(Former) is not null);
        return former is null ? null : new Retraction((string?)former.Attribute("id") ?? "");
    }

    public static Retraction? Parse(XElement element) =>
        (string?)element.Attribute("id") is { Length: > 0 } id ? new Retraction(id) : null;

    public XElement ToXml() => new(ElementName, new XAttribute("id", MessageId));
}
