using System.Collections.Concurrent;
using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Component;

/// <summary>
/// The names of elements and attributes that were ever read. LINQ to XML keeps each one for the life of the process, and
/// users choose them: so there is an end, far beyond what all XEPs together use, after which new ones are overlooked.
/// </summary>
internal sealed class StreamNames(int limit)
{
    public static readonly StreamNames Shared = new(50_000);

    // XEP-0114 §2: the namespace of the stream, which no other code sees.
    private const string Accept = "jabber:component:accept";

    private readonly ConcurrentDictionary<(string Namespace, string Local), XName> names = new();

    /// <summary>Null when there is no room for a new name.</summary>
    public XName? Find(string space, string local)
    {
        if (names.TryGetValue((space, local), out var name))
            return name;
        if (names.Count >= limit)
            return null;
        return names[(space, local)] = (space == Accept ? Stanza.Namespace : XNamespace.Get(space)) + local;
    }
}
