using System.Text;
using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.Bounces;

/// <summary>The fields of a delivery status part (RFC 3464 §2, RFC 6533 §3). Forgiving: what is missing is made up for from what is there.</summary>
internal static class StatusReport
{
    private const int MaxRecipients = 100;

    /// <summary>Null when they tell of no recipient.</summary>
    public static Bounce? Read(IReadOnlyList<string> lines)
    {
        var recipients = StatusFields.Groups(lines).Take(MaxRecipients + 1).Select(Recipient).OfType<BouncedRecipient>().ToList();
        return recipients.Count > 0 ? new Bounce(recipients) : null;
    }

    private static BouncedRecipient? Recipient(StatusFields fields)
    {
        List<string?> names = [fields["Original-Recipient"], fields["Final-Recipient"], fields["X-Actual-Recipient"]];
        var (action, status, diagnosis) = (fields["Action"], fields["Status"], fields["Diagnostic-Code"]);
        // The fields of the whole message have none of these.
        if (names.TrueForAll(name => name is null) && action is null && status is null)
            return null;
        var addresses = names.Select(Address).OfType<EmailAddress>().Distinct().ToList();
        var words = RemoteWords.Read(status, Untyped(diagnosis) ?? "");
        var done = Action(action, words);
        return new BouncedRecipient(addresses, done, done == BounceAction.Failed ? words.AsRefusal() : words, Untyped(fields["Remote-MTA"]));
    }

    private static BounceAction Action(string? action, SmtpReply words) => action?.Split(' ', '(')[0].ToLowerInvariant() switch
    {
        "delayed" => BounceAction.Delayed,
        "delivered" or "relayed" or "expanded" => BounceAction.Succeeded,
        "failed" => BounceAction.Failed,
        _ when words.Enhanced.StartsWith('2') => BounceAction.Succeeded,
        _ => BounceAction.Failed,
    };

    // RFC 3464 §2.1.2: type ";" text. Some leave the type out.
    private static string? Untyped(string? value) =>
        value?.IndexOf(';') is int at and >= 0 and <= 20 && !value.AsSpan(0, at).ContainsAny(' ', '@') ? value[(at + 1)..].Trim() : value;

    private static EmailAddress? Address(string? value) =>
        EmailAddress.TryParse(Decoded(Untyped(value) ?? "").Trim('<', '>', ' '), out var address) ? address : null;

    // RFC 6533 §3: utf-8-addr-xtext writes other characters than ASCII as \x{HEX}.
    private static string Decoded(string address)
    {
        var text = new StringBuilder();
        for (var at = 0; at < address.Length;)
        {
            var end = address.AsSpan(at).StartsWith("\\x{", StringComparison.Ordinal) ? address.IndexOf('}', at) : -1;
            if (end > at + 3
                && int.TryParse(address.AsSpan(at + 3, end - at - 3), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code)
                && Rune.IsValid(code))
            {
                text.Append(new Rune(code));
                at = end + 1;
            }
            else
            {
                text.Append(address[at++]);
            }
        }

        return text.ToString();
    }
}
