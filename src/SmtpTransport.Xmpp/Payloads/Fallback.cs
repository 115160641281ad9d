using System.Globalization;
using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>Says which text is only there for clients that do not know the feature <paramref name="For"/> (XEP-0428).</summary>
/// <param name="For">The feature's namespace.</param>
/// <param name="Body">Null when the body holds no fallback; <see cref="TextRange.Whole"/> when it is nothing else.</param>
/// <param name="Subject">The same for the subject.</param>
public sealed record Fallback(string For, TextRange? Body, TextRange? Subject = null) : IPayload<Fallback>
{
    public static readonly XNamespace Namespace = "urn:xmpp:fallback:0";

    // COMPAT (slixmpp 1.8): XEP-0461 before its version 0.2.
    private static readonly XNamespace Former = "urn:xmpp:feature-fallback:0";

    public static XName ElementName { get; } = Namespace + "fallback";

    /// <summary>Under either name.</summary>
    public static IEnumerable<Fallback> AllOf(Stanza message) => message.Element.Elements(ElementName).Concat(message.Element.Elements(Former + "fallback")).Select(Parse);

    public static Fallback Parse(XElement element)
    {
        var feature = (string?)element.Attribute("for") ?? "";
        var parts = element.Name.Namespace;
        return element.HasElements
            ? new Fallback(feature, Range(element.Element(parts + "body")), Range(element.Element(parts + "subject")))
            : new Fallback(feature, TextRange.Whole, TextRange.Whole);
    }

    public XElement ToXml() =>
        new(ElementName,
            new XAttribute("for", For),
            Part("body", Body),
            Part("subject", Subject));

    private static TextRange? Range(XElement? part)
    {
        if (part is null)
            return null;
        return int.TryParse((string?)part.Attribute("start"), NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            && int.TryParse((string?)part.Attribute("end"), NumberStyles.None, CultureInfo.InvariantCulture, out var end)
            ? new TextRange(start, end)
            : TextRange.Whole;
    }

    private static XElement? Part(string name, TextRange? range)
    {
        if (range is not { } part)
            return null;
        var element = new XElement(Namespace + name);
        if (part != TextRange.Whole)
            element.Add(new XAttribute("start", part.Start), new XAttribute("end", part.End));
        return element;
    }
}
