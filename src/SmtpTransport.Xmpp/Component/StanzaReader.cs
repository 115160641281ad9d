using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Component;

/// <summary>
/// Splits one stream into its elements, by one XML reader. Each is handed out as soon as its last octet is there:
/// <c>XNode.ReadFromAsync</c> would move past the end tag, and so wait for whatever comes next.
/// </summary>
internal sealed class StanzaReader : IDisposable
{
    public const int MaxDepth = 64;

    /// <summary>Of a longer stanza only name and attributes are read, so that it can be answered.</summary>
    public const int MaxStanzaOctets = 1024 * 1024;

    /// <summary>A server that lets this through has no limit at all.</summary>
    public const int MaxOverlookedOctets = 16 * MaxStanzaOctets;

    /// <summary>Names in memory, beside those of one stanza.</summary>
    public const int MaxNames = 10_000;

    /// <summary>A DTD before the root, a declaration behind it, an entity that only a DTD could have declared.</summary>
    private static readonly string[] DtdWords = ["DTD", "'<!--'", "entity"];

    private const string Streams = "http://etherx.jabber.org/streams";

    private readonly StanzaLimitStream octets;
    private readonly StreamNameTable names = new();
    private readonly StreamNames known;
    private readonly XmlReader reader;
    private readonly char[] piece = new char[4096];
    private string sender = "";

    public StanzaReader(Stream stream, CancellationToken cancellation, StreamNames? names = null)
    {
        known = names ?? StreamNames.Shared;
        octets = new StanzaLimitStream(stream, MaxStanzaOctets, MaxOverlookedOctets, cancellation);
        reader = XmlReader.Create(octets, new XmlReaderSettings
        {
            Async = true,
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            NameTable = this.names,
        });
    }

    /// <summary>All octets so far: silence is when this stands still.</summary>
    public long Received => octets.Received;

    /// <summary>Those of <see cref="MaxNames"/>.</summary>
    public int Names => names.Passing;

    /// <summary>The id in the stream header (XEP-0114 §3), without XML escapes.</summary>
    public async Task<string> ReadHeaderAsync()
    {
        try
        {
            while (await reader.ReadAsync())
            {
                if (reader.NodeType == XmlNodeType.Element)
                {
                    if (reader.LocalName != "stream" || reader.NamespaceURI != Streams)
                        throw new XmppStreamException("invalid-namespace", $"Not a stream: {reader.Name}");
                    octets.StanzaEnded();
                    names.EndOfHeader();
                    return reader.GetAttribute("id") ?? "";
                }
                if (reader.NodeType is not (XmlNodeType.XmlDeclaration or XmlNodeType.Whitespace))
                    throw Restricted();
            }
            throw Closed();
        }
        catch (Exception fault) when (IsOfReader(fault))
        {
            throw NotWellFormed(fault);
        }
    }

    /// <summary>The next stanza or other element of the stream; null at the end of the stream.</summary>
    public async Task<XElement?> ReadAsync()
    {
        try
        {
            if (names.Passing > MaxNames)
                names.Forget();
            while (await reader.ReadAsync())
            {
                switch (reader.NodeType)
                {
                    case XmlNodeType.Element:
                        var element = await ReadElementAsync();
                        if (octets.IsOverLimit)
                        {
                            element.RemoveNodes();
                            Stanza.MarkOversized(element);
                        }
                        octets.StanzaEnded();
                        return element;
                    case XmlNodeType.EndElement:
                        return null;
                    case XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                        break; // keepalives
                    default:
                        throw Restricted();
                }
            }
            throw Closed();
        }
        catch (Exception fault) when (IsOfReader(fault))
        {
            throw NotWellFormed(fault);
        }
    }

    public void Dispose() => reader.Dispose();

    private async Task<XElement> ReadElementAsync()
    {
        sender = Bare(reader.GetAttribute("from"));
        var root = Open() ?? new XElement("unknown");
        var current = root;
        var overlooked = 0;
        if (reader.IsEmptyElement)
            return root;
        while (await reader.ReadAsync())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element when reader.Depth > MaxDepth:
                    throw new XmppStreamException("policy-violation", $"Elements are nested more than {MaxDepth} deep.");
                case XmlNodeType.Element:
                    var child = overlooked == 0 && !octets.IsOverLimit ? Open() : null;
                    if (child is not null)
                        current.Add(child);
                    if (reader.IsEmptyElement)
                        break;
                    if (child is not null)
                        current = child;
                    else
                        overlooked++;
                    break;
                case XmlNodeType.EndElement when overlooked > 0:
                    overlooked--;
                    break;
                case XmlNodeType.EndElement when current == root:
                    return root;
                case XmlNodeType.EndElement:
                    current = current.Parent!;
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                    if (overlooked == 0)
                        current.Add(await ReadTextAsync());
                    break;
                default:
                    throw Restricted();
            }
        }
        throw Closed();
    }

    /// <summary>In pieces: a text that is too long must never be in memory.</summary>
    private async Task<string> ReadTextAsync()
    {
        var text = new StringBuilder();
        while (await reader.ReadValueChunkAsync(piece, 0, piece.Length) is var count and > 0)
        {
            if (!octets.IsOverLimit)
                text.Append(piece, 0, count);
        }
        return text.ToString();
    }

    private XElement? Open()
    {
        if (known.Find(reader.NamespaceURI, reader.LocalName, sender) is not { } name)
            return null;
        var element = new XElement(name);
        while (reader.MoveToNextAttribute())
        {
            if (reader.NamespaceURI != XNamespace.Xmlns.NamespaceName && known.Find(reader.NamespaceURI, reader.LocalName, sender) is { } attribute)
                element.Add(new XAttribute(attribute, reader.Value));
        }
        reader.MoveToElement();
        return element;
    }

    private static string Bare(string? jid) => jid?.Split('/', 2)[0] ?? "";

    // RFC 6120 §11.1
    private XmppStreamException Restricted() => new("restricted-xml", $"{reader.NodeType} in the stream.");

    private static XmppStreamException Closed() => new("connection-closed", "The server closed the connection.");

    /// <summary>XmlReader trips over some broken declarations, and then blames an argument.</summary>
    private static bool IsOfReader(Exception fault) => fault is XmlException or ArgumentException;

    // RFC 6120 §11.1, §11.3. Nothing but the words of a fault tells of which kind it is.
    private XmppStreamException NotWellFormed(Exception fault)
    {
        if (octets.IsEnded)
            return Closed();
        var isRestricted = DtdWords.Any(words => fault.Message.Contains(words, StringComparison.Ordinal));
        return new XmppStreamException(isRestricted ? "restricted-xml" : "not-well-formed", fault.Message, fault);
    }
}
