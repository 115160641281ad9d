using System.Globalization;
using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>Why a slot was refused: the file is too large (XEP-0363 §5).</summary>
/// <param name="MaxFileSize">Octets; null when it does not say.</param>
public sealed record FileTooLarge(long? MaxFileSize) : IPayload<FileTooLarge>
{
    private static readonly XName Limit = UploadRequest.Namespace + "max-file-size";

    public static XName ElementName { get; } = UploadRequest.Namespace + "file-too-large";

    public static FileTooLarge Parse(XElement element) =>
        new(long.TryParse(element.Element(Limit)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0 ? size : null);

    /// <summary>It stands inside the error.</summary>
    public static FileTooLarge? In(Stanza refusal) =>
        refusal.Element.Element(StanzaError.ElementName)?.Element(ElementName) is { } element ? Parse(element) : null;

    public XElement ToXml() => new(ElementName, MaxFileSize is { } size ? new XElement(Limit, size) : null);
}
