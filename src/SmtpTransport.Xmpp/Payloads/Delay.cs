using System.Globalization;
using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>The stanza was sent earlier than it arrives (XEP-0203).</summary>
/// <param name="From">Who held it.</param>
public sealed record Delay(DateTimeOffset Stamp, Jid? From = null) : IPayload<Delay>
{
    public static readonly XNamespace Namespace = "urn:xmpp:delay";

    public static XName ElementName { get; } = Namespace + "delay";

    public static Delay? Parse(XElement element) =>
        DateTimeOffset.TryParse(
            (string?)element.Attribute("stamp"),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var stamp)
            ? new Delay(stamp, Jid.TryParse((string?)element.Attribute("from"), out var from) ? from : null)
            : null;

    // XEP-0082 §3.2
    public XElement ToXml() =>
        new(ElementName,
            From is null ? null : new XAttribute("from", From.ToString()!),
            new XAttribute("stamp", Stamp.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)));
}
