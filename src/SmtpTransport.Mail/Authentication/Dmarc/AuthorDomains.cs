using MimeKit;

namespace SmtpTransport.Mail.Authentication.Dmarc;

/// <summary>The domains that a mail claims to come from, as a reader is told.</summary>
internal static class AuthorDomains
{
    /// <summary>Those of every From (RFC 9989 §3.2.2); of Sender where there is none, since that is then shown. A-labels, each once.</summary>
    public static IReadOnlyList<string> Of(HeaderList headers) => Of(headers, HeaderId.From) is { Count: > 0 } authors ? authors : Of(headers, HeaderId.Sender);

    private static List<string> Of(HeaderList headers, HeaderId id) =>
    [
        .. headers.Where(header => header.Id == id)
            .SelectMany(header => InternetAddressList.TryParse(header.RawValue, out var list) ? list.Mailboxes : [])
            .Select(mailbox => EmailAddress.TryParseForeign(mailbox.Address, out var address) && !address.IsLiteral ? MailDomain.ToAscii(address.Domain) : null)
            .OfType<string>()
            .Distinct(),
    ];
}
