using System.Xml.Linq;

namespace SmtpTransport.Xmpp.Payloads;

/// <summary>Tells whether a message is end-to-end encrypted, and by which method: its body is then only an excuse.</summary>
/// <param name="Method">For people, such as <c>OMEMO</c>.</param>
public sealed record Encryption(string Method)
{
    private static readonly XName Explicit = XNamespace.Get("urn:xmpp:eme:0") + "encryption";

    private static readonly Dictionary<string, string> Methods = new()
    {
        ["eu.siacs.conversations.axolotl"] = "OMEMO",
        ["urn:xmpp:omemo:1"] = "OMEMO",
        ["urn:xmpp:omemo:2"] = "OMEMO",
        ["urn:xmpp:openpgp:0"] = "OpenPGP",
        ["jabber:x:encrypted"] = "OpenPGP",
        ["urn:xmpp:otr:0"] = "OTR",
    };

    /// <summary>Null for a message in the clear.</summary>
    public static Encryption? Of(Stanza message)
    {
        foreach (var child in message.Element.Elements())
        {
            // XEP-0380 §3
            if (child.Name == Explicit)
                return Named((string?)child.Attribute("namespace"), (string?)child.Attribute("name"));
            // XEP-0384, XEP-0373, XEP-0027
            if (child.Name.LocalName is "encrypted" or "openpgp" or "x" && Methods.ContainsKey(child.Name.NamespaceName))
                return Named(child.Name.NamespaceName, null);
        }
        // XEP-0364 §2
        return message.Body?.StartsWith("?OTR", StringComparison.Ordinal) == true ? new Encryption("OTR") : null;
    }

    private static Encryption Named(string? method, string? name) =>
        new(method is not null && Methods.TryGetValue(method, out var known) ? known : name ?? "unknown");
}
