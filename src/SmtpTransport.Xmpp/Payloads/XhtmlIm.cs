using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>The text once more, with its layout (XEP-0071).</summary>
/// <param name="Body">In the namespace <see cref="Xhtml"/>.</param>
public sealed record XhtmlIm(XElement Body) : IPayload<XhtmlIm>
{
    public static readonly XNamespace Namespace = "http://jabber.org/protocol/xhtml-im";

    public static readonly XNamespace Xhtml = "http://www.w3.org/1999/xhtml";

    public static XName ElementName { get; } = Namespace + "html";

    public static XhtmlIm? Parse(XElement element) =>
        element.Element(Xhtml + "body") is { } body ? new XhtmlIm(body) : null;

    public XElement ToXml() => new(ElementName, Body);
}
