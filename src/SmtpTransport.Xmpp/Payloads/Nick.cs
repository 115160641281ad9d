using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>How the sender is called (XEP-0172).</summary>
public sealed record Nick(string Name) : IPayload<Nick>
{
    public static readonly XNamespace Namespace = "http://jabber.org/protocol/nick";

    public static XName ElementName { get; } = Namespace + "nick";

    public static Nick? Parse(XElement element) =>
        element.Value.Trim() is { Length: > 0 } name ? new Nick(name) : null;

    public XElement ToXml() => new(ElementName, Name);
}
