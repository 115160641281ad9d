using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>Where to put a file, and where others then get it (XEP-0363 §5).</summary>
public sealed record UploadSlot(Uri Put, Uri Get) : IPayload<UploadSlot>
{
    // XEP-0363 §5: "Other header names MUST NOT be included", and whatever is included all the same is not sent.
    private static readonly string[] Permitted = ["Authorization", "Cookie", "Expires"];

    public static XName ElementName { get; } = UploadRequest.Namespace + "slot";

    /// <summary>To be sent with the file.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public static UploadSlot? Parse(XElement element)
    {
        var put = element.Element(UploadRequest.Namespace + "put");
        var get = element.Element(UploadRequest.Namespace + "get");
        return Address(put) is { } putUrl && Address(get) is { } getUrl ? new UploadSlot(putUrl, getUrl) { Headers = [.. HeadersOf(put!)] } : null;
    }

    public XElement ToXml() =>
        new(ElementName,
            new XElement(UploadRequest.Namespace + "put",
                new XAttribute("url", Put.AbsoluteUri),
                Headers.Select(header => new XElement(UploadRequest.Namespace + "header", new XAttribute("name", header.Key), header.Value))),
            new XElement(UploadRequest.Namespace + "get", new XAttribute("url", Get.AbsoluteUri)));

    private static Uri? Address(XElement? element) =>
        Uri.TryCreate((string?)element?.Attribute("url"), UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
            ? address
            : null;

    private static IEnumerable<KeyValuePair<string, string>> HeadersOf(XElement put) =>
        from header in put.Elements(UploadRequest.Namespace + "header")
        let name = Permitted.FirstOrDefault(permitted => permitted.Equals((string?)header.Attribute("name"), StringComparison.OrdinalIgnoreCase))
        where name is not null
        // XEP-0363 §5: "Newlines MUST be stripped"
        select KeyValuePair.Create(name, header.Value.ReplaceLineEndings("").Trim());
}
