using System.Net;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Host.Configuration;

/// <summary><c>Xmpp</c>, <c>Mail</c> and <c>Admins</c>: the link, and whose addresses we answer for.</summary>
internal static class XmppSection
{
    public static ComponentOptions ReadComponent(Settings settings) => new()
    {
        Server = settings.Value("Xmpp:Server", Forms.Server, new DnsEndPoint("127.0.0.1", 5347)),
        Domain = new Jid("", settings.Required("Xmpp:Domain", Forms.Domain,
            "Write the component's domain as the XMPP server has it: \"Xmpp\": { \"Domain\": \"smtp.example.org\" }") ?? "", ""),
        Secret = SecretFiles.Read(settings, "Xmpp:Secret", "Xmpp:SecretFile", Forms.Secret) ?? MissingSecret(settings),
    };

    /// <summary>A pong proves something only when it comes from a domain that the server itself hosts.</summary>
    public static ComponentOptions WithPingTarget(ComponentOptions component, AddressOptions addresses) =>
        addresses.LocalDomains.Count == 0 || addresses.LocalDomains.Contains(component.PingTarget.Domain)
            ? component
            : component with { PingTarget = new Jid("", addresses.LocalDomains[0], "") };

    public static AddressOptions ReadAddresses(Settings settings, Jid component)
    {
        var users = settings.List("Xmpp:Users", Forms.DomainOrAny, ParentOf(settings, component.Domain));
        var listed = users.Where(domain => domain != "*").Distinct().ToList();
        if (users.Count == 0 && settings.Has("Xmpp:Users"))
            settings.Fault("Xmpp:Users", "is empty: nobody could send or receive", "Write the XMPP domains of your users, or leave it out");
        if (listed.Contains(component.Domain))
            settings.Fault("Xmpp:Users", "holds Xmpp:Domain itself", "Write the domains that your users' JIDs end with");
        return new AddressOptions
        {
            Component = component,
            Users = listed,
            AnyUsers = users.Contains("*"),
            LocalDomains = settings.List("Xmpp:LocalDomains", Forms.Domain, listed),
            MailDomains = ReadMailDomains(settings, component, users),
            Admins = settings.List("Admins", Forms.BareJid, []),
        };
    }

    public static VerdictOptions ReadVerdict(Settings settings)
    {
        var defaults = new VerdictOptions();
        return new VerdictOptions
        {
            ReconnectGrace = settings.Value("Xmpp:ReconnectGrace", Forms.Time, defaults.ReconnectGrace),
            VerdictTimeout = settings.Value("Xmpp:VerdictTimeout", Forms.Time, defaults.VerdictTimeout),
        };
    }

    private static Dictionary<string, string> ReadMailDomains(Settings settings, Jid component, IReadOnlyList<string> users)
    {
        var domains = new Dictionary<string, string>();
        foreach (var (mail, xmpp) in settings.Map("Mail:Domains", Forms.Domain, Forms.Domain))
        {
            if (mail == component.Domain)
                settings.Fault("Mail:Domains:" + mail, "is Xmpp:Domain itself", "Its addresses are mapped already: remove it here");
            else if (xmpp == component.Domain)
                settings.Fault("Mail:Domains:" + mail, "leads to Xmpp:Domain", "Write the XMPP domain of the users who own these addresses");
            else if (!domains.TryAdd(mail, xmpp))
                settings.Fault("Mail:Domains:" + mail, "is written twice", "Keep one of the two");
            else if (!users.Contains(xmpp) && !users.Contains("*"))
                settings.Warn($"Mail:Domains:{mail} leads to {xmpp}, which is not in Xmpp:Users: mail to it will be refused.");
        }

        return domains;
    }

    private static IReadOnlyList<string> ParentOf(Settings settings, string domain)
    {
        var parent = domain[(domain.IndexOf('.', StringComparison.Ordinal) + 1)..];
        if (parent.Length < domain.Length)
            return [parent];
        if (domain.Length > 0 && !settings.Has("Xmpp:Users"))
            settings.Fault("Xmpp:Users", "is missing, and Xmpp:Domain has no parent domain to take for it", "Write the XMPP domains of your users");
        return [];
    }

    private static string MissingSecret(Settings settings)
    {
        if (!settings.Has("Xmpp:Secret") && !settings.Has("Xmpp:SecretFile"))
            settings.Fault("Xmpp:Secret", "is missing", "Write the component's secret as the XMPP server has it, or name a file that holds it by Xmpp:SecretFile");
        return "";
    }
}
