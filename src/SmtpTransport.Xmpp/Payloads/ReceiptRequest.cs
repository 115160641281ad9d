using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>The sender wants to know when the message has arrived (XEP-0184 §5).</summary>
public sealed record ReceiptRequest : IPayload<ReceiptRequest>
{
    public static readonly XNamespace Namespace = "urn:xmpp:receipts";

    public static XName ElementName { get; } = Namespace + "request";

    public static ReceiptRequest Parse(XElement element) => new();

    public XElement ToXml() => new(ElementName);
}
