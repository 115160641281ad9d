using System.Globalization;
using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>What a file is (XEP-0446). Nothing of it is known for certain when it comes from others.</summary>
public sealed record FileMetadata : IPayload<FileMetadata>
{
    public static readonly XNamespace Namespace = "urn:xmpp:file:metadata:0";

    // XEP-0300 §5
    private static readonly XNamespace Hashes = "urn:xmpp:hashes:2";

    public static XName ElementName { get; } = Namespace + "file";

    public string? Name { get; init; }

    public string? MediaType { get; init; }

    /// <summary>Octets.</summary>
    public long? Size { get; init; }

    /// <summary>SHA-256 in base64.</summary>
    public string? Sha256 { get; init; }

    public static FileMetadata Parse(XElement element) => ParseFrom(Namespace, element);

    /// <summary>The same children under an older name.</summary>
    internal static FileMetadata ParseFrom(XNamespace children, XElement element) =>
        new()
        {
            Name = (string?)element.Element(children + "name"),
            MediaType = (string?)element.Element(children + "media-type"),
            Size = long.TryParse((string?)element.Element(children + "size"), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null,
            Sha256 = (string?)element.Elements(Hashes + "hash").FirstOrDefault(hash => (string?)hash.Attribute("algo") == "sha-256"),
        };

    public XElement ToXml() =>
        new(ElementName,
            Child("media-type", MediaType),
            Child("name", Name),
            Child("size", Size),
            Sha256 is null ? null : new XElement(Hashes + "hash", new XAttribute("algo", "sha-256"), Sha256));

    private static XElement? Child(string name, object? value) => value is null ? null : new XElement(Namespace + name, value);
}
