using System.Globalization;
using System.Text;
using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>A name that an author gives himself is the easiest forgery: all that many readers ever look at.</summary>
internal static class AuthorName
{
    // What may stand in an address and yet around it.
    private const string Ends = ".-'";

    // Of a local part, what people write: no quotes, brackets or bars.
    private const string LocalSigns = "!#$%&'*+-/=?^_~.";

    /// <summary>The name holds an address that is not the author's.</summary>
    /// <param name="name">One line of bounded length.</param>
    public static bool NamesAnother(string? name, EmailAddress author) => name is not null && Addresses(name).Any(address => address.Key != author.Key);

    private static IEnumerable<EmailAddress> Addresses(string name)
    {
        // As it looks: full-width signs are read as plain ones, and what is invisible parts nothing.
        var seen = string.Concat(name.Normalize(NormalizationForm.FormKC).Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.Format));
        for (var at = seen.IndexOf('@', StringComparison.Ordinal); at >= 0; at = seen.IndexOf('@', at + 1))
        {
            var (start, end) = (at, at + 1);
            while (start > 0 && (char.IsLetterOrDigit(seen[start - 1]) || LocalSigns.Contains(seen[start - 1], StringComparison.Ordinal)))
                start--;
            while (end < seen.Length && (char.IsLetterOrDigit(seen[end]) || seen[end] is '-' or '.'))
                end++;
            if (EmailAddress.TryParseForeign(seen[start..end].Trim(Ends.ToCharArray()), out var address))
                yield return address;
        }
    }
}
