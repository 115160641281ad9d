using System.Collections.Frozen;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Addresses;

/// <summary>The domains of the configuration, each in its one spelling.</summary>
internal sealed class ServedDomains
{
    private readonly string? hostname;
    private readonly FrozenSet<string> users;
    private readonly FrozenSet<string> local;
    private readonly FrozenDictionary<string, string> xmppDomains;
    private readonly FrozenDictionary<string, string> mailDomains;

    public ServedDomains(AddressOptions options)
    {
        Component = ToXmpp(options.Component.Domain);
        ComponentMail = ToMail(Component);
        hostname = options.Hostname is { } name ? ToMail(name) : null;
        users = options.Users.Select(ToXmpp).ToFrozenSet();
        local = options.LocalDomains.Select(ToXmpp).ToFrozenSet();
        xmppDomains = options.MailDomains.ToFrozenDictionary(pair => ToMail(pair.Key), pair => ToXmpp(pair.Value));
        Own = xmppDomains.Keys.Concat(options.Users.Select(ToMail)).Append(ComponentMail).ToFrozenSet();
        mailDomains = xmppDomains
            .GroupBy(pair => pair.Value, pair => pair.Key)
            .ToFrozenDictionary(
                group => group.Key,
                group => group.FirstOrDefault(mail => mail == ToMail(group.Key)) ?? group.Order(StringComparer.Ordinal).First());
    }

    /// <summary>The component's JID.</summary>
    public string Component { get; }

    /// <summary>The mail domain of mapped addresses.</summary>
    public string ComponentMail { get; }

    /// <summary>The domains that users know as theirs.</summary>
    public FrozenSet<string> Own { get; }

    public bool IsListed(string xmppDomain) => users.Contains(xmppDomain);

    public bool IsLocal(string xmppDomain) => local.Contains(xmppDomain);

    /// <summary>Do we take mail for this domain at all?</summary>
    public bool IsServed(string mailDomain) =>
        mailDomain == ComponentMail || mailDomain == hostname || xmppDomains.ContainsKey(mailDomain);

    /// <summary>The XMPP domain behind an own mail domain, or null.</summary>
    public string? XmppDomainOf(string mailDomain) => xmppDomains.GetValueOrDefault(mailDomain);

    /// <summary>The one mail domain that users of this XMPP domain write from, or null.</summary>
    public string? MailDomainOf(string xmppDomain) => mailDomains.GetValueOrDefault(xmppDomain);

    /// <summary>
    /// Does a local part carry our own domain as a further hop, behind <c>%</c> or <c>@</c> or before <c>!</c>, however it
    /// is spelled and escaped? Such addresses are relay probes or loops.
    /// </summary>
    public bool NestsComponent(string localPart)
    {
        var plain = localPart;
        while (JidEscaping.Unescape(plain) is var once && once != plain)
            plain = once;
        var start = 0;
        for (var i = 0; i <= plain.Length; i++)
        {
            if (i < plain.Length && plain[i] is not ('%' or '@' or '!'))
                continue;
            var isHop = start > 0 || (i < plain.Length && plain[i] == '!');
            if (isHop && Jid.TryParse(plain[start..i].Trim('"', ' '), out var hop) && hop.Domain == Component)
                return true;
            start = i + 1;
        }
        return false;
    }

    private static string ToXmpp(string domain) => Jid.TryParse(domain, out var jid) ? jid.Domain : domain.ToLowerInvariant();

    private static string ToMail(string domain) => MailDomain.TryParse(domain, out var mail) ? mail : domain.ToLowerInvariant();
}
