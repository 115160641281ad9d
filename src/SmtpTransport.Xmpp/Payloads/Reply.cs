using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>The message answers another one (XEP-0461).</summary>
/// <param name="Id">Of the message that is answered.</param>
/// <param name="To">Who wrote it.</param>
public sealed record Reply(string Id, Jid? To = null) : IPayload<Reply>
{
    public static readonly XNamespace Namespace = "urn:xmpp:reply:0";

    public static XName ElementName { get; } = Namespace + "reply";

    public static Reply? Parse(XElement element) =>
        (string?)element.Attribute("id") is { Length: > 0 } id
            ? new Reply(id, Jid.TryParse((string?)element.Attribute("to"), out var to) ? to : null)
            : null;

    public XElement ToXml() =>
        new(ElementName,
            To is null ? null : new XAttribute("to", To.ToString()!),
            new XAttribute("id", Id));
}
