using System.Xml.Linq;

namespace SmtpTransport.Xmpp;

public enum StanzaErrorType
{
    Auth,
    Cancel,
    Continue,
    Modify,
    Wait,
}

/// <summary>A stanza error (RFC 6120 §8.3).</summary>
/// <param name="Condition">The defined condition's element name, such as <c>item-not-found</c>.</param>
/// <param name="Text">For people; may be null.</param>
public sealed record StanzaError(StanzaErrorType Type, string Condition, string? Text = null) : IPayload<StanzaError>
{
    private static readonly XNamespace Conditions = "urn:ietf:params:xml:ns:xmpp-stanzas";

    public static XName ElementName { get; } = Stanza.Namespace + "error";

    /// <summary>Where to go instead, an <c>xmpp:</c> URI: only with <c>gone</c> and <c>redirect</c>.</summary>
    public string? Uri { get; init; }

    /// <summary>Never null: what a peer left out reads as undefined-condition or cancel (RFC 6120 §8.3.2).</summary>
    public static StanzaError Parse(XElement element)
    {
        var condition = element.Elements().FirstOrDefault(child => child.Name.Namespace == Conditions && child.Name.LocalName != "text");
        var uri = condition is { Name.LocalName: "gone" or "redirect", Value.Length: > 0 } ? condition.Value : null;
        return new StanzaError(
            TypeOf((string?)element.Attribute("type")),
            condition?.Name.LocalName ?? "undefined-condition",
            (string?)element.Element(Conditions + "text"))
        { Uri = uri };
    }

    public XElement ToXml() =>
        new(ElementName,
            new XAttribute("type", NameOf(Type)),
            new XElement(Conditions + Condition, Uri),
            Text is null ? null : new XElement(Conditions + "text", Text));

    private static StanzaErrorType TypeOf(string? name) =>
        name switch
        {
            "auth" => StanzaErrorType.Auth,
            "continue" => StanzaErrorType.Continue,
            "modify" => StanzaErrorType.Modify,
            "wait" => StanzaErrorType.Wait,
            _ => StanzaErrorType.Cancel,
        };

    private static string NameOf(StanzaErrorType type) =>
        type switch
        {
            StanzaErrorType.Auth => "auth",
            StanzaErrorType.Continue => "continue",
            StanzaErrorType.Modify => "modify",
            StanzaErrorType.Wait => "wait",
            _ => "cancel",
        };
}
