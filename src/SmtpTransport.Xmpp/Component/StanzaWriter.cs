using System.Buffers;
using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Component;

/// <summary>
/// A stanza as the bytes of the stream. The stanzas' own namespace is left undeclared, so that they are in the stream's
/// default one; that, and <see cref="XmlText.Clean"/> on every text and attribute, is done here and nowhere else.
/// </summary>
internal readonly struct StanzaWriter(ArrayBufferWriter<byte> output)
{
    /// <summary>Both servers close the stream over a stanza that is too long for them; this is well below all their limits.</summary>
    public const int MaxOctets = 200 * 1024;

    private static readonly SearchValues<char> Escaped = SearchValues.Create("&<>'\"\t\n\r");

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? scratch;

    /// <exception cref="ArgumentException">It lacks an address or id, or is too long.</exception>
    public static byte[] ToBytes(Stanza stanza)
    {
        // A missing address ends the stream on ejabberd, and on Prosody 13.
        if (stanza.From.Domain is null or "" || stanza.To.Domain is null or "" || stanza.Id.Length == 0)
            throw new ArgumentException($"A stanza needs from, to and id: {stanza.Kind} {stanza.Id}", nameof(stanza));

        scratch ??= new ArrayBufferWriter<byte>(16 * 1024);
        scratch.ResetWrittenCount();
        new StanzaWriter(scratch).Write(stanza);
        if (scratch.WrittenCount > MaxOctets)
            throw new ArgumentException($"A stanza of {scratch.WrittenCount} octets is too long: {stanza}", nameof(stanza));
        return scratch.WrittenSpan.ToArray();
    }

    private void Write(Stanza stanza)
    {
        var name = Stanza.NameOf(stanza.Kind);
        Raw("<");
        Raw(name);
        Attribute("from", stanza.From.ToString());
        Attribute("to", stanza.To.ToString());
        Attribute("id", stanza.Id);
        if (stanza.Type is not null)
            Attribute("type", stanza.Type);
        foreach (var attribute in stanza.Element.Attributes())
        {
            if (attribute.Name.LocalName is not ("from" or "to" or "id" or "type") || attribute.Name.Namespace != XNamespace.None)
                Attribute(attribute);
        }
        Content(stanza.Element, name, Stanza.Namespace);
    }

    private void Element(XElement element, XNamespace scope)
    {
        Raw("<");
        Raw(element.Name.LocalName);
        if (element.Name.Namespace != scope)
            Attribute("xmlns", element.Name.NamespaceName);
        foreach (var attribute in element.Attributes())
            Attribute(attribute);
        Content(element, element.Name.LocalName, element.Name.Namespace);
    }

    // Comments and processing instructions may not be sent (RFC 6120 §11.1).
    private void Content(XElement element, string name, XNamespace scope)
    {
        if (element.IsEmpty)
        {
            Raw("/>");
            return;
        }
        Raw(">");
        for (var node = element.FirstNode; node is not null; node = node.NextNode)
        {
            if (node is XElement child)
                Element(child, scope);
            else if (node is XText text)
                Text(text.Value, inAttribute: false);
        }
        Raw("</");
        Raw(name);
        Raw(">");
    }

    private void Attribute(XAttribute attribute)
    {
        if (attribute.IsNamespaceDeclaration)
            return;
        if (attribute.Name.Namespace == XNamespace.None)
        {
            Attribute(attribute.Name.LocalName, attribute.Value);
        }
        else if (attribute.Name.Namespace == XNamespace.Xml)
        {
            Attribute("xml:" + attribute.Name.LocalName, attribute.Value);
        }
        else
        {
            var prefix = string.Create(CultureInfo.InvariantCulture, $"n{output.WrittenCount}");
            Attribute("xmlns:" + prefix, attribute.Name.NamespaceName);
            Attribute($"{prefix}:{attribute.Name.LocalName}", attribute.Value);
        }
    }

    private void Attribute(string name, string value)
    {
        Raw(" ");
        Raw(name);
        Raw("='");
        Text(value, inAttribute: true);
        Raw("'");
    }

    private void Text(string value, bool inAttribute)
    {
        var text = XmlText.Clean(value).AsSpan();
        while (text.IndexOfAny(Escaped) is var at and >= 0)
        {
            Raw(text[..at]);
            Raw(text[at] switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '\'' when inAttribute => "&apos;",
                '\t' when inAttribute => "&#9;",
                '\n' when inAttribute => "&#10;",
                '\r' => "&#13;",
                _ => text.Slice(at, 1),
            });
            text = text[(at + 1)..];
        }
        Raw(text);
    }

    private void Raw(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, output);
}
