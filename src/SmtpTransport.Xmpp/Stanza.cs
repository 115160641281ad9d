using System.Xml.Linq;

namespace SmtpTransport.Xmpp;

public enum StanzaKind
{
    Message,
    Presence,
    Iq,
}

/// <summary>
/// A message, presence or iq. The element is in <see cref="Namespace"/>, whatever namespace the stream uses: the stream
/// swaps it on the way in and out, so no other code sees <c>jabber:component:accept</c>. Kind, addresses, id and type are
/// those of the properties; of the element, its other attributes and its children count, and nobody changes them.
/// </summary>
public sealed record Stanza(StanzaKind Kind, Jid From, Jid To, string Id, string? Type, XElement Element)
{
    /// <summary>The neutral namespace of stanzas and their core children (body, subject, thread, error).</summary>
    public static readonly XNamespace Namespace = "jabber:client";

    /// <summary>Characters of an id that is sent back.</summary>
    public const int MaxId = 1000;

    /// <param name="children">Null ones are left out.</param>
    public static Stanza Message(Jid from, Jid to, string id, string? type, params IPayload?[] children) =>
        Create(StanzaKind.Message, from, to, id, type, children);

    /// <param name="type">Null for available.</param>
    public static Stanza Presence(Jid from, Jid to, string id, string? type, params IPayload?[] children) =>
        Create(StanzaKind.Presence, from, to, id, type, children);

    public static Stanza Iq(Jid from, Jid to, string id, string type, IPayload? payload) =>
        Create(StanzaKind.Iq, from, to, id, type, payload);

    /// <summary>Reads a stanza; null when it is none, or has no usable <c>from</c> and <c>to</c>.</summary>
    public static Stanza? Parse(XElement element)
    {
        if (element.Name.Namespace != Namespace || KindOf(element.Name.LocalName) is not { } kind)
            return null;
        if (!Jid.TryParse((string?)element.Attribute("from"), out var from)
            || !Jid.TryParse((string?)element.Attribute("to"), out var to))
            return null;
        return new Stanza(kind, from, to, (string?)element.Attribute("id") ?? "", (string?)element.Attribute("type"), element);
    }

    public string? Body => Payload<Payloads.Body>()?.Text;

    public string? Subject => Payload<Payloads.Subject>()?.Text;

    public bool IsError => Type == "error";

    /// <summary>An iq that must get exactly one answer (RFC 6120 §8.2.3): get, set, and any other type that is no answer itself.</summary>
    public bool IsRequest => Kind == StanzaKind.Iq && Type is not ("result" or "error");

    /// <summary>It was longer than we read, and came without its children.</summary>
    public bool IsOversized => Element.Annotation<Oversized>() is not null;

    /// <summary>The first child that reads as <typeparamref name="T"/>, or null.</summary>
    public T? Payload<T>() where T : class, IPayload<T> => Payloads<T>().FirstOrDefault();

    /// <summary>Every child that reads as <typeparamref name="T"/>, in order.</summary>
    public IEnumerable<T> Payloads<T>() where T : class, IPayload<T> =>
        Element.Elements(T.ElementName).Select(T.Parse).OfType<T>();

    /// <summary>
    /// This stanza, with an id that an answer can carry: a message need not have one (RFC 6120 §8.1.3), and one that is longer
    /// than any client makes would not fit into what we send.
    /// </summary>
    public Stanza Answerable() => Id.Length is > 0 and <= MaxId ? this : this with { Id = Guid.NewGuid().ToString("N") };

    /// <summary>The answer to an iq of type get or set.</summary>
    public Stanza Result(IPayload? payload = null) => Iq(To, From, Id, "result", payload);

    /// <summary>The error reply to this stanza; null where none may be sent (RFC 6120 §8.3.1).</summary>
    public Stanza? Error(StanzaError error) =>
        IsError || (Kind == StanzaKind.Iq && !IsRequest) ? null : Create(Kind, To, From, Id, "error", error);

    /// <summary>The whole stanza as one element that nobody else holds.</summary>
    public XElement ToXml()
    {
        var element = new XElement(Element) { Name = Namespace + NameOf(Kind) };
        element.SetAttributeValue("from", From.ToString());
        element.SetAttributeValue("to", To.ToString());
        element.SetAttributeValue("id", Id.Length > 0 ? Id : null);
        element.SetAttributeValue("type", Type);
        return element;
    }

    public override string ToString() => $"{NameOf(Kind)} {Type} {Id} from {From} to {To}";

    internal static string NameOf(StanzaKind kind) =>
        kind switch
        {
            StanzaKind.Message => "message",
            StanzaKind.Presence => "presence",
            _ => "iq",
        };

    private static StanzaKind? KindOf(string name) =>
        name switch
        {
            "message" => StanzaKind.Message,
            "presence" => StanzaKind.Presence,
            "iq" => StanzaKind.Iq,
            _ => null,
        };

    /// <summary>Marks an element of which only the name and the attributes were read.</summary>
    internal static void MarkOversized(XElement element) => element.AddAnnotation(new Oversized());

    private static Stanza Create(StanzaKind kind, Jid from, Jid to, string id, string? type, params IPayload?[] children)
    {
        var element = new XElement(Namespace + NameOf(kind));
        foreach (var child in children)
            element.Add(child?.ToXml());
        return new Stanza(kind, from, to, id, type, element);
    }

    private sealed class Oversized;
}
