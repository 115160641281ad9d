using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>Asks an upload service for a place to put a file (XEP-0363 §5).</summary>
/// <param name="Size">Octets.</param>
public sealed record UploadRequest(string FileName, long Size, string ContentType) : IPayload<UploadRequest>
{
    public static readonly XNamespace Namespace = "urn:xmpp:http:upload:0";

    public static XName ElementName { get; } = Namespace + "request";

    public static UploadRequest? Parse(XElement element) =>
        (string?)element.Attribute("filename") is { } name && long.TryParse((string?)element.Attribute("size"), out var size)
            ? new UploadRequest(name, size, (string?)element.Attribute("content-type") ?? "application/octet-stream")
            : null;

    public XElement ToXml() =>
        new(ElementName, new XAttribute("filename", FileName), new XAttribute("size", Size), new XAttribute("content-type", ContentType));
}
