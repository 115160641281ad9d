using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.Contacts;

/// <summary>A mail address as people type or paste it.</summary>
internal static class EnteredAddress
{
    private const int MaxLength = 2000;

    /// <summary>Reads <c>bob@mail.test</c>, <c>mailto:bob@mail.test?subject=x</c> and <c>Bob &lt;bob@mail.test&gt;</c>.</summary>
    public static bool TryRead(string? text, out EmailAddress address)
    {
        address = default;
        if (text is null || text.Length > MaxLength)
            return false;
        var entered = text.Trim();
        if (entered.EndsWith('>') && entered.LastIndexOf('<') is >= 0 and var open)
            entered = entered[(open + 1)..^1].Trim();
        // RFC 6068 §2: the address ends where header fields begin, and is percent-encoded.
        if (entered.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase))
            entered = Uri.UnescapeDataString(entered["mailto:".Length..].Split('?')[0]);
        return EmailAddress.TryParse(entered, out address);
    }
}
