using System.Collections.Concurrent;
using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Component;

/// <summary>
/// The names of elements and attributes that were ever read. LINQ to XML keeps each one for the life of the process, and
/// users choose them: so there is an end for each sender, and one for all, far beyond what all XEPs together use. Names beyond it are
/// overlooked; those that are known already never are, so that nobody can make us deaf to others.
/// </summary>
internal sealed class StreamNames(int limit, int perSender)
{
    public static readonly StreamNames Shared = new(100_000, 1000);

    // XEP-0114 §2: the namespace of the stream, which no other code sees.
    private const string Accept = "jabber:component:accept";

    private readonly ConcurrentDictionary<(string Namespace, string Local), XName> names = new();
    private readonly ConcurrentDictionary<string, int> brought = new();

    /// <summary>Null when there is no room for a new name.</summary>
    /// <param name="sender">Who uses it: a bare JID.</param>
    public XName? Find(string space, string local, string sender)
    {
        if (names.TryGetValue((space, local), out var name))
            return name;
        if (names.Count >= limit || brought.AddOrUpdate(sender, 1, static (_, count) => count + 1) > perSender)
            return null;
        return names[(space, local)] = (space == Accept ? Stanza.Namespace : XNamespace.Get(space)) + local;
    }
}
