using System.Globalization;
using System.Text;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Addresses;

/// <summary>The local part of a contact's JID: a mailbox, spelled so that no XMPP server changes it.</summary>
internal static class ContactNames
{
    private const string EscapedAt = @"\40";

    /// <summary>Joins a folded local part, or its alias, with the domain. False when a JID cannot hold them as they are.</summary>
    public static bool TryJoin(string local, string domain, ContactForm form, string component, out Jid jid)
    {
        var name = JidEscaping.Escape(local) + (form == ContactForm.Escaped ? EscapedAt : "%") + JidEscaping.Escape(domain.ToLowerInvariant());
        // XEP-0106 §4.1 allows no space at the ends of a localpart.
        return Jid.TryParse($"{name}@{component}", out jid) && jid.Local == name && name.EnumerateRunes().All(IsIdentifier)
            && local.Length > 0 && local[0] != ' ' && local[^1] != ' ';
    }

    /// <summary>Splits at the last <c>%</c>, or reads the escaped form; the domain comes back in its one spelling.</summary>
    public static bool TrySplit(string name, out string local, out string domain, out ContactForm form)
    {
        form = ContactForm.Escaped;
        if (name.Contains(EscapedAt, StringComparison.Ordinal) && TrySplitAt(JidEscaping.Unescape(name), '@', out local, out domain))
            return true;
        form = ContactForm.Percent;
        if (!TrySplitAt(name, '%', out local, out domain))
            return false;
        local = JidEscaping.Unescape(local);
        return true;
    }

    private static bool TrySplitAt(string text, char separator, out string local, out string domain)
    {
        var at = text.LastIndexOf(separator);
        local = at <= 0 ? "" : text[..at];
        domain = "";
        // The colons of an IPv6 literal are escaped in both forms.
        if (at <= 0 || !MailDomain.TryParse(JidEscaping.Unescape(text[(at + 1)..]), out var parsed))
            return false;
        domain = parsed;
        return true;
    }

    // RFC 8264 §4.2: servers that apply PRECIS take no symbols beyond ASCII.
    private static bool IsIdentifier(Rune rune) =>
        rune.IsAscii || (StringprepRepertoire.Contains(rune) && (Rune.IsLetterOrDigit(rune)
            || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark));
}
