using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>A file, and where it can be fetched (XEP-0447).</summary>
/// <param name="Sources">Web addresses; sources of other kinds are not read.</param>
public sealed record FileSharing(FileMetadata File, IReadOnlyList<string> Sources) : IPayload<FileSharing>
{
    public static readonly XNamespace Namespace = "urn:xmpp:sfs:0";

    // XEP-0103 §2
    private static readonly XNamespace UrlData = "http://jabber.org/protocol/url-data";

    // XEP-0448 §3
    private static readonly XName Encrypted = XNamespace.Get("urn:xmpp:esfs:0") + "encrypted";

    public static XName ElementName { get; } = Namespace + "file-sharing";

    /// <summary>There is a source that only holders of its key can read.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary><c>inline</c> or <c>attachment</c>, when it is said.</summary>
    public string? Disposition { get; init; }

    public static FileSharing? Parse(XElement element) =>
        element.Element(FileMetadata.ElementName) is { } file
            ? new FileSharing(
                FileMetadata.Parse(file),
                [.. element.Elements(Namespace + "sources").Elements(UrlData + "url-data").Attributes("target").Select(target => target.Value)])
            {
                Disposition = (string?)element.Attribute("disposition"),
                IsEncrypted = element.Elements(Namespace + "sources").Elements(Encrypted).Any(),
            }
            : null;

    public XElement ToXml() =>
        new(ElementName,
            Disposition is null ? null : new XAttribute("disposition", Disposition),
            File.ToXml(),
            new XElement(Namespace + "sources", Sources.Select(source => new XElement(UrlData + "url-data", new XAttribute("target", source)))));
}
