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
/// swaps it on the way in and out, so no other code sees <c>jabber:component:accept</c>.
/// </summary>
public sealed record Stanza(StanzaKind Kind, Jid From, Jid To, string Id, string? Type, XElement Element)
{
    /// <summary>The neutral namespace of stanzas and their core children (body, subject, thread, error).</summary>
    public static readonly XNamespace Namespace = "jabber:client";

    /// <summary>The first child that reads as <typeparamref name="T"/>, or null.</summary>
    public T? Payload<T>() where T : class, IPayload<T> =>
        Element.Element(T.ElementName) is { } child ? T.Parse(child) : null;
}
