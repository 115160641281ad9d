using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>A message has arrived (XEP-0184 §5).</summary>
/// <param name="MessageId">The id of the message that asked.</param>
public sealed record DeliveryReceipt(string MessageId) : IPayload<DeliveryReceipt>
{
    public static XName ElementName { get; } = ReceiptRequest.Namespace + "received";

    public static DeliveryReceipt? Parse(XElement element) =>
        (string?)element.Attribute("id") is { Length: > 0 } id ? new DeliveryReceipt(id) : null;

    public XElement ToXml() => new(ElementName, new XAttribute("id", MessageId));
}
