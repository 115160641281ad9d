using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>XEP-0092: the question when empty, and the answer.</summary>
public sealed record SoftwareVersion(string? Name = null, string? Version = null) : IPayload<SoftwareVersion>
{
    public static readonly XNamespace Namespace = "jabber:iq:version";

    public static XName ElementName { get; } = Namespace + "query";

    public static SoftwareVersion Parse(XElement element) =>
        new((string?)element.Element(Namespace + "name"), (string?)element.Element(Namespace + "version"));

    public XElement ToXml() =>
        new(ElementName,
            Name is null ? null : new XElement(Namespace + "name", Name),
            Version is null ? null : new XElement(Namespace + "version", Version));
}
