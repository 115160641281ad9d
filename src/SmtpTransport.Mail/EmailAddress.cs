using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SmtpTransport.Mail;

/// <summary>A mailbox (RFC 5321 §4.1.2 with RFC 6531): the unquoted local part, spelled as it came, and the domain.</summary>
/// <param name="Local">Without quotes and escapes; may hold spaces or <c>@</c>. Case kept.</param>
/// <param name="Domain">Lower case; U-labels where they survive the round trip, else A-labels; or a literal in brackets.</param>
public readonly record struct EmailAddress(string Local, string Domain)
{
    // RFC 5321 §4.5.3.1.3: a path has at most 256 octets, angle brackets included. No domain that fits passes RFC 1035's 255.
    private const int MaxPath = 254;

    /// <summary>Two addresses with equal keys are the same contact: NFC, lower case. Sending uses <see cref="Local"/>.</summary>
    public string Key => $"{LocalPart.Fold(Local)}@{Domain}";

    /// <summary>True when local part or domain holds characters that only SMTPUTF8 carries (an IDN alone can go as A-labels).</summary>
    public bool NeedsSmtpUtf8 => !Ascii.IsValid(Local);

    /// <summary>An address literal such as <c>[192.0.2.1]</c> in place of a domain.</summary>
    public bool IsLiteral => Domain.StartsWith('[');

    /// <summary>Parses an addr-spec without angle brackets or display name.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EmailAddress address) => TryParse(text, LocalPart.MaxOctets, out address);

    /// <summary>
    /// Whom a mail comes from: lists and forwarders write whole addresses into the local parts of their own, which are then longer
    /// than every host must take (RFC 5321 §4.5.3.1: no limits, as far as possible).
    /// </summary>
    public static bool TryParseForeign([NotNullWhen(true)] string? text, out EmailAddress address) => TryParse(text, MaxPath, out address);

    /// <summary>For addresses known to be valid, such as constants.</summary>
    public static EmailAddress Parse(string text) =>
        TryParseForeign(text, out var address) ? address : throw new FormatException($"Not a mail address: {text}");

    /// <summary>As it goes on the wire: quoted where RFC 5321 asks for it; U-labels kept.</summary>
    public override string ToString() => $"{LocalPart.Quote(Local)}@{Domain}";

    /// <summary>As <see cref="ToString"/>, the domain in A-labels.</summary>
    public string ToAscii() => $"{LocalPart.Quote(Local)}@{MailDomain.ToAscii(Domain)}";

    private static bool TryParse(string? text, int maxLocal, out EmailAddress address)
    {
        address = default;
        // Quoting at most doubles a local part, and the longest address has one octet per character.
        if (text is null || text.Length > 2 * MaxPath)
            return false;
        if (!LocalPart.TryRead(text, out var local, out var length) || length >= text.Length || text[length] != '@')
            return false;
        if (!MailDomain.TryParse(text[(length + 1)..], out var domain))
            return false;
        var parsed = new EmailAddress(local, domain);
        if (!parsed.FitsLimits(maxLocal))
            return false;
        address = parsed;
        return true;
    }

    private bool FitsLimits(int maxLocal)
    {
        var local = Encoding.UTF8.GetByteCount(LocalPart.Quote(Local));
        return local <= maxLocal
            && local + 1 + Math.Max(MailDomain.ToAscii(Domain).Length, Encoding.UTF8.GetByteCount(Domain)) <= MaxPath;
    }
}
