using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>Who else a message goes to, and whom to answer (XEP-0033).</summary>
public sealed record ExtendedAddresses(IReadOnlyList<ExtendedAddress> All) : IPayload<ExtendedAddresses>
{
    public static readonly XNamespace Namespace = "http://jabber.org/protocol/address";

    public static XName ElementName { get; } = Namespace + "addresses";

    public static ExtendedAddresses Parse(XElement element) =>
        new([.. element.Elements(Namespace + "address").Select(ExtendedAddress.Parse)]);

    public XElement ToXml() => new(ElementName, All.Select(address => address.ToXml()));
}

/// <param name="Type"><c>to</c>, <c>cc</c>, <c>bcc</c>, <c>replyto</c>, <c>noreply</c> ...</param>
/// <param name="Uri">In place of a JID.</param>
/// <param name="Description">For people.</param>
/// <param name="Delivered">The recipient has it already: nobody must send it there again.</param>
public sealed record ExtendedAddress(string Type, Jid? Jid = null, string? Uri = null, string? Description = null, bool Delivered = false)
{
    internal static ExtendedAddress Parse(XElement element) => new(
        (string?)element.Attribute("type") ?? "",
        Xmpp.Jid.TryParse((string?)element.Attribute("jid"), out var jid) ? jid : null,
        (string?)element.Attribute("uri"),
        (string?)element.Attribute("desc"),
        (string?)element.Attribute("delivered") is "true" or "1");

    internal XElement ToXml() =>
        new(ExtendedAddresses.Namespace + "address",
            new XAttribute("type", Type),
            Jid is { } jid ? new XAttribute("jid", jid.ToString()) : null,
            Uri is null ? null : new XAttribute("uri", Uri),
            Description is null ? null : new XAttribute("desc", Description),
            Delivered ? new XAttribute("delivered", "true") : null);
}
