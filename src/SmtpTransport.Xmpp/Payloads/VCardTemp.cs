using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>A business card (XEP-0054): the question when empty, and the answer.</summary>
public sealed record VCardTemp : IPayload<VCardTemp>
{
    public static readonly XNamespace Namespace = "vcard-temp";

    public static XName ElementName { get; } = Namespace + "vCard";

    public string? FullName { get; init; }

    public string? Nickname { get; init; }

    public string? Email { get; init; }

    public string? JabberId { get; init; }

    public string? Url { get; init; }

    public string? Description { get; init; }

    public static VCardTemp Parse(XElement element) =>
        new()
        {
            FullName = Text(element, "FN"),
            Nickname = Text(element, "NICKNAME"),
            Email = Text(element.Element(Namespace + "EMAIL"), "USERID"),
            JabberId = Text(element, "JABBERID"),
            Url = Text(element, "URL"),
            Description = Text(element, "DESC"),
        };

    public XElement ToXml() =>
        new(ElementName,
            Field("FN", FullName),
            Field("NICKNAME", Nickname),
            Field("URL", Url),
            Email is null ? null : new XElement(Namespace + "EMAIL", new XElement(Namespace + "INTERNET"), Field("USERID", Email)),
            Field("JABBERID", JabberId),
            Field("DESC", Description));

    private static string? Text(XElement? parent, string name) =>
        parent?.Element(Namespace + name)?.Value.Trim() is { Length: > 0 } text ? text : null;

    private static XElement? Field(string name, string? text) =>
        text is null ? null : new XElement(Namespace + name, text);
}
