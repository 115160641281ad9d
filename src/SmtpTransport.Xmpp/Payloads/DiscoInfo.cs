using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>What an entity is and can do (XEP-0030 §3): the question when empty, and the answer.</summary>
public sealed record DiscoInfo : IPayload<DiscoInfo>
{
    public static readonly XNamespace Namespace = "http://jabber.org/protocol/disco#info";

    public static XName ElementName { get; } = Namespace + "query";

    public string? Node { get; init; }

    public IReadOnlyList<DiscoIdentity> Identities { get; init; } = [];

    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>More about it (XEP-0128).</summary>
    public IReadOnlyList<DataForm> Forms { get; init; } = [];

    public static DiscoInfo Parse(XElement element) =>
        new()
        {
            Node = (string?)element.Attribute("node"),
            Identities = [.. element.Elements(Namespace + "identity").Select(DiscoIdentity.Parse).OfType<DiscoIdentity>()],
            Features = [.. element.Elements(Namespace + "feature").Attributes("var").Select(var => var.Value)],
            Forms = [.. element.Elements(DataForm.ElementName).Select(DataForm.Parse)],
        };

    public XElement ToXml() =>
        new(ElementName,
            Node is null ? null : new XAttribute("node", Node),
            Identities.Select(identity => identity.ToXml()),
            Features.Select(feature => new XElement(Namespace + "feature", new XAttribute("var", feature))),
            Forms.Select(form => form.ToXml()));
}

/// <param name="Category">Of the XMPP registrar, such as <c>gateway</c>.</param>
public sealed record DiscoIdentity(string Category, string Type, string? Name = null)
{
    internal static DiscoIdentity? Parse(XElement element) =>
        (string?)element.Attribute("category") is { } category && (string?)element.Attribute("type") is { } type
            ? new DiscoIdentity(category, type, (string?)element.Attribute("name"))
            : null;

    internal XElement ToXml() =>
        new(DiscoInfo.Namespace + "identity",
            new XAttribute("category", Category),
            new XAttribute("type", Type),
            Name is null ? null : new XAttribute("name", Name));
}
