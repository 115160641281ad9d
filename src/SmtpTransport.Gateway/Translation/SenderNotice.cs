using System.Xml.Linq;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Translation;

/// <summary>
/// What is known of the sender, for clients that show it in their own way: no protocol has a name for it, so that the
/// namespace is ours (docs/stanzas.md).
/// </summary>
/// <param name="Address">The author's, as it is, whatever name stands beside it.</param>
/// <param name="IsDisguised">The name beside it, or its domain, is made to be taken for another.</param>
/// <param name="Results">The value of Authentication-Results (RFC 8601).</param>
public sealed record SenderNotice(AuthorStanding Standing, string Address, bool IsDisguised, string Results) : IPayload<SenderNotice>
{
    public static readonly XNamespace Namespace = "urn:smtp-transport:sender:0";

    public static XName ElementName { get; } = Namespace + "sender";

    public static SenderNotice? Parse(XElement element) =>
        Enum.TryParse<AuthorStanding>((string?)element.Attribute("standing"), ignoreCase: true, out var standing)
            ? new SenderNotice(standing, (string?)element.Attribute("address") ?? "", (string?)element.Attribute("disguised") == "true", element.Value)
            : null;

    public XElement ToXml() =>
        new(ElementName,
            new XAttribute("standing", Standing.ToString().ToLowerInvariant()),
            new XAttribute("address", Address),
            IsDisguised ? new XAttribute("disguised", "true") : null,
            Results);

    /// <summary>What a reader is told, a line for each; nothing for a mail that is from whom it says.</summary>
    public IEnumerable<string> Lines()
    {
        if (IsDisguised)
            yield return $"[Warning: this mail is from {Address}, whatever it looks like]";
        if (Standing == AuthorStanding.Doubtful)
            yield return $"[Warning: this mail may not be from {Address}]";
        if (Standing == AuthorStanding.Unverified)
            yield return "[Sender not verified]";
    }
}
