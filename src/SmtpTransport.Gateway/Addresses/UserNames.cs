using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Addresses;

/// <summary>XMPP users as mail addresses: at their own mail domain, or <c>name%domain</c> at the component's.</summary>
internal sealed class UserNames(ServedDomains domains, IAliases aliases)
{
    public EmailAddress ToMail(Jid user)
    {
        var own = domains.MailDomainOf(user.Domain);
        var domain = own ?? domains.ComponentMail;
        if (user.Local.Length == 0)
            return new EmailAddress("postmaster", domain);
        var name = JidEscaping.Unescape(user.Local);
        var (local, full) = own is null
            ? ($"{name}%{ToAscii(user.Domain)}", $"{user.Local}@{user.Domain}")
            : (name, user.Local);
        // What does not lead back to the same JID (too long, a plus, a reserved name, an unusual escape) gets an alias.
        if (EmailAddress.TryParse($"{LocalPart.Quote(local)}@{domain}", out var address)
            && TryRead(address, out var same, out var tag) && same == user.Bare && tag is null)
            return address;
        var alias = Alias.Of(full);
        if (aliases.Find(alias) is null)
            aliases.Remember(alias, full);
        return new EmailAddress(alias, domain);
    }

    /// <summary>Whose address this is, as far as syntax tells. Whether that user may have mail is not asked here.</summary>
    public bool TryRead(EmailAddress address, out Jid user, out string? tag)
    {
        var local = LocalPart.Fold(address.Local);
        if (address.Domain != domains.ComponentMail)
        {
            var name = CutTag(local, out tag);
            return TryUser(Expand(name), domains.XmppDomainOf(address.Domain), out user) && !IsReserved(name);
        }
        var percent = local.LastIndexOf('%');
        if (percent < 0)
            return TryAlias(CutTag(local, out tag), out user);
        // A tag may stand where people see the end of the name, or where their program puts it.
        var domain = CutTag(local[(percent + 1)..], out var last);
        var first = CutTag(local[..percent], out tag);
        tag ??= last;
        return TryUser(Escape(first), domain, out user);
    }

    /// <summary>Names that reach the admins at every domain (RFC 5321 §4.5.1, RFC 2142 §4).</summary>
    public static bool IsReserved(string local) =>
        CutTag(LocalPart.Fold(local), out _) is "postmaster" or "abuse";

    /// <summary>A local part as a JID spells it: what an alias stands for, or escaped.</summary>
    private string? Expand(string name) => Alias.IsAlias(name) ? aliases.Find(name) : Escape(name);

    // XEP-0106 §4.1 allows no space at the ends of a localpart.
    private static string? Escape(string name) => name.StartsWith(' ') || name.EndsWith(' ') ? null : JidEscaping.Escape(name);

    private bool TryAlias(string name, out Jid user)
    {
        user = default;
        if (!Alias.IsAlias(name) || aliases.Find(name) is not { } full)
            return false;
        var at = full.LastIndexOf('@');
        return at > 0 && TryUser(full[..at], full[(at + 1)..], out user);
    }

    // Parts come from outside: one that brings a separator of its own must not become another domain's JID.
    private static bool TryUser(string? local, string? domain, out Jid user)
    {
        user = default;
        if (string.IsNullOrEmpty(local) || string.IsNullOrEmpty(domain) || local.AsSpan().ContainsAny('@', '/') || domain.AsSpan().ContainsAny('@', '/'))
            return false;
        return Jid.TryParse($"{local}@{domain}", out user) && user.IsBare && user.Local.Length > 0;
    }

    // In A-labels a domain needs no SMTPUTF8, even inside a local part.
    private static string ToAscii(string domain) => MailDomain.TryParse(domain, out var mail) ? MailDomain.ToAscii(mail) : domain;

    private static string CutTag(string local, out string? tag)
    {
        var plus = local.IndexOf('+', StringComparison.Ordinal);
        tag = plus >= 0 && plus + 1 < local.Length ? local[(plus + 1)..] : null;
        return plus < 0 ? local : local[..plus];
    }
}
