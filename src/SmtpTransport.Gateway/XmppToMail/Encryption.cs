using System.Xml.Linq;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>Recognises what only the addressee could read: its readable text is a fallback, not a message.</summary>
internal static class Encryption
{
    private static readonly HashSet<XName> Wrappers =
    [
        XName.Get("encryption", "urn:xmpp:eme:0"), // XEP-0380
        XName.Get("encrypted", "eu.siacs.conversations.axolotl"), // XEP-0384, as first deployed
        XName.Get("encrypted", "urn:xmpp:omemo:1"),
        XName.Get("encrypted", "urn:xmpp:omemo:2"),
        XName.Get("openpgp", "urn:xmpp:openpgp:0"), // XEP-0373
        XName.Get("x", "jabber:x:encrypted"), // XEP-0027
        XName.Get("encrypted", "urn:xmpp:gre:0"),
    ];

    public static bool IsEncrypted(XElement message) =>
        !IsKeyExchange(message) && message.Elements().Any(child => Wrappers.Contains(child.Name));

    public static bool IsEncryptedText(string body) =>
        body.StartsWith("?OTR", StringComparison.Ordinal) || body.TrimStart().StartsWith("aesgcm://", StringComparison.OrdinalIgnoreCase);

    // XEP-0384 §4.6: an encrypted element without payload renews keys; clients send it on their own.
    private static bool IsKeyExchange(XElement message) =>
        message.Elements().FirstOrDefault(child => child.Name.LocalName == "encrypted" && Wrappers.Contains(child.Name)) is { } encrypted
        && encrypted.Name.NamespaceName != "urn:xmpp:gre:0"
        && !encrypted.Elements().Any(child => child.Name.LocalName == "payload")
        && !message.Elements().Any(child => child.Name.LocalName == "body");
}
