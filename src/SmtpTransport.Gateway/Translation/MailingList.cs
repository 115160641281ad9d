using MimeKit;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.Translation;

/// <summary>The mailing list that a mail came over, and how to leave it.</summary>
/// <param name="Name">As people call it; empty when the mail names no list (a newsletter may still say how to leave it).</param>
/// <param name="Post">Where to write to all of it; null when there is no such address.</param>
/// <param name="IsClosed">Nobody but its owner writes to it (RFC 2369 §3.4).</param>
/// <param name="Unsubscribe">A web address where there is one, else <c>mailto:</c>; null when the mail does not say (RFC 2369 §3.2).</param>
internal sealed record MailingList(string Name, EmailAddress? Post, bool IsClosed, string? Unsubscribe)
{
    private const int MaxName = 100;
    private const int MaxLink = 1000;

    public static MailingList? Of(MimeMessage mail)
    {
        var name = NameOf(mail.Headers[HeaderId.ListId]);
        var post = mail.Headers[HeaderId.ListPost] ?? "";
        var unsubscribe = Links(mail.Headers[HeaderId.ListUnsubscribe] ?? "").ToList();
        if (name.Length == 0 && unsubscribe.Count == 0)
            return null;
        var address = Links(post).Select(AddressOf).FirstOrDefault(found => found is not null);
        return new MailingList(
            name,
            address,
            post.Trim().StartsWith("NO", StringComparison.OrdinalIgnoreCase),
            unsubscribe.Find(link => link.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
                ?? unsubscribe.Find(link => link.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase))
                ?? unsubscribe.Find(link => link.StartsWith("http:", StringComparison.OrdinalIgnoreCase)));
    }

    // RFC 2919 §2: a description, and the identifier in angle brackets.
    private static string NameOf(string? listId)
    {
        var text = PlainText.OneLine(listId ?? "", MaxName * 3);
        var bracket = text.LastIndexOf('<');
        var description = (bracket < 0 ? text : text[..bracket]).Trim(' ', '"');
        var identifier = bracket < 0 ? "" : text[(bracket + 1)..].TrimEnd('>', ' ');
        return PlainText.OneLine(description.Length > 0 ? description : identifier, MaxName);
    }

    // RFC 2369 §2: addresses in angle brackets, parted by commas, with comments.
    private static IEnumerable<string> Links(string value)
    {
        for (var start = value.IndexOf('<'); start >= 0; start = value.IndexOf('<', start + 1))
        {
            var end = value.IndexOf('>', start);
            if (end < 0)
                yield break;
            var link = string.Concat(value[(start + 1)..end].Where(c => !char.IsWhiteSpace(c) && !char.IsControl(c)));
            if (link.Length is > 0 and <= MaxLink)
                yield return PlainText.Clean(link);
        }
    }

    private static EmailAddress? AddressOf(string link) =>
        link.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) && EmailAddress.TryParse(Uri.UnescapeDataString(link[7..].Split('?')[0]), out var address)
            ? address
            : null;
}
