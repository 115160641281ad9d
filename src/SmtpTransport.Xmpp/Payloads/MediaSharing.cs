using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>A file, and where it can be fetched, by the forerunner of <see cref="FileSharing"/> (XEP-0385).</summary>
/// <param name="Sources">Addresses of any kind.</param>
public sealed record MediaSharing(FileMetadata File, IReadOnlyList<string> Sources) : IPayload<MediaSharing>
{
    public static readonly XNamespace Namespace = "urn:xmpp:sims:1";

    // XEP-0372 §3
    private static readonly XNamespace References = "urn:xmpp:reference:0";

    // XEP-0234 §5
    private static readonly XNamespace Jingle = "urn:xmpp:jingle:apps:file-transfer:5";

    public static XName ElementName { get; } = References + "reference";

    public static MediaSharing? Parse(XElement element) =>
        element.Element(Namespace + "media-sharing") is { } sharing && sharing.Element(Jingle + "file") is { } file
            ? new MediaSharing(
                FileMetadata.ParseFrom(Jingle, file),
                [.. sharing.Elements(Namespace + "sources").Elements(ElementName).Attributes("uri").Select(uri => uri.Value)])
            : null;

    public XElement ToXml() =>
        new(ElementName,
            new XAttribute("type", "data"),
            new XElement(Namespace + "media-sharing",
                new XElement(Jingle + "file", File.ToXml().Elements().Select(child => child.Name.Namespace == FileMetadata.Namespace ? new XElement(Jingle + child.Name.LocalName, child.Value) : child)),
                new XElement(Namespace + "sources", Sources.Select(source => new XElement(ElementName, new XAttribute("type", "data"), new XAttribute("uri", source))))));
}
