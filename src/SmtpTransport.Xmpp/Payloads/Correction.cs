using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>The message takes the place of an earlier one (XEP-0308).</summary>
/// <param name="MessageId">Of the first version.</param>
public sealed record Correction(string MessageId) : IPayload<Correction>
{
    public static readonly XNamespace Namespace = "urn:xmpp:message-correct:0";

    public static XName ElementName { get; } = Namespace + "replace";

    public static Correction? Parse(XElement element) =>
        (string?)element.Attribute("id") is { Length: > 0 } id ? new Correction(id) : null;

    public XElement ToXml() => new(ElementName, new XAttribute("id", MessageId));
}
