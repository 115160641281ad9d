using System.Xml.Linq;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>Namespaces as the specifications write them, not taken from the product.</summary>
internal static class Names
{
    public static readonly XNamespace Receipts = "urn:xmpp:receipts";
    public static readonly XNamespace Reply = "urn:xmpp:reply:0";
    public static readonly XNamespace Reactions = "urn:xmpp:reactions:0";
    public static readonly XNamespace Fallback = "urn:xmpp:fallback:0";
    public static readonly XNamespace DiscoInfo = "http://jabber.org/protocol/disco#info";
    public static readonly XNamespace DiscoItems = "http://jabber.org/protocol/disco#items";
    public static readonly XNamespace Ping = "urn:xmpp:ping";
    public static readonly XNamespace Version = "jabber:iq:version";
    public static readonly XNamespace GatewayPrompt = "jabber:iq:gateway";
    public static readonly XNamespace VCard = "vcard-temp";
    public static readonly XNamespace Nick = "http://jabber.org/protocol/nick";
    public static readonly XNamespace OutOfBand = "jabber:x:oob";
    public static readonly XNamespace FileSharing = "urn:xmpp:sfs:0";
    public static readonly XNamespace FileMetadata = "urn:xmpp:file:metadata:0";
    public static readonly XNamespace Hashes = "urn:xmpp:hashes:2";
    public static readonly XNamespace StanzaErrors = "urn:ietf:params:xml:ns:xmpp-stanzas";
    public static readonly XNamespace Archive = "urn:xmpp:mam:2";
    public static readonly XNamespace Forward = "urn:xmpp:forward:0";
    public static readonly XNamespace Carbons = "urn:xmpp:carbons:2";
    public static readonly XNamespace DataForm = "jabber:x:data";
    public static readonly XNamespace StanzaIds = "urn:xmpp:sid:0";
    public static readonly XNamespace Addresses = "http://jabber.org/protocol/address";
    public static readonly XNamespace Omemo = "eu.siacs.conversations.axolotl";
}
