using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>A name that an author gives himself is the easiest forgery: all that many readers ever look at.</summary>
internal static class AuthorName
{
    private const int MaxWords = 20;

    /// <summary>The name holds an address that is not the author's.</summary>
    public static bool NamesAnother(string? name, EmailAddress author) =>
        name is not null && name.Contains('@', StringComparison.Ordinal) && Addresses(name).Any(address => address.Key != author.Key);

    private static IEnumerable<EmailAddress> Addresses(string name) => name
        .Split([' ', '<', '>', '(', ')', '[', ']', ',', ';', ':', '"', '\'', '`', '|', '\u201C', '\u201D', '\u2018', '\u2019', '\u00AB', '\u00BB', '\u00A0'], MaxWords + 1, StringSplitOptions.RemoveEmptyEntries)
        .Take(MaxWords)
        .Select(word => EmailAddress.TryParse(word.TrimEnd('.', '!', '?'), out var address) ? address : (EmailAddress?)null)
        .OfType<EmailAddress>();
}
