using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>A link to something outside the stream (XEP-0066). Clients show it as a file where the body is the same link and nothing else.</summary>
public sealed record OutOfBandData(string Url, string? Description = null) : IPayload<OutOfBandData>
{
    public static readonly XNamespace Namespace = "jabber:x:oob";

    public static XName ElementName { get; } = Namespace + "x";

    public static OutOfBandData? Parse(XElement element) =>
        ((string?)element.Element(Namespace + "url"))?.Trim() is { Length: > 0 } url
            ? new OutOfBandData(url, (string?)element.Element(Namespace + "desc"))
            : null;

    public XElement ToXml() =>
        new(ElementName,
            new XElement(Namespace + "url", Url),
            Description is null ? null : new XElement(Namespace + "desc", Description));
}
