using System.Text;

namespace SmtpTransport.Mail.Authentication;

/// <summary>The verdict as the value of an Authentication-Results field (RFC 8601 §2.2), on one line.</summary>
public static class AuthenticationResultsText
{
    // Everything here that strangers wrote is cut: names are bounded by their grammar, reasons are not.
    private const int MaxReason = 200;

    /// <param name="authority">Who checked: our own name.</param>
    /// <param name="isNullSender">SPF was asked about EHLO (RFC 7208 §2.4).</param>
    public static string Format(string authority, AuthenticationVerdict verdict, bool isNullSender)
    {
        var text = new StringBuilder(Value(authority));
        Add(text, "spf", Word(verdict.Spf.Result), verdict.Spf.Explanation, (isNullSender ? "smtp.helo" : "smtp.mailfrom", verdict.Spf.Domain));
        if (verdict.Dkim.Count == 0)
            Add(text, "dkim", Word(DkimResult.None), null);
        foreach (var signature in verdict.Dkim)
            Add(text, "dkim", Word(signature.Result), signature.Reason, ("header.d", signature.Domain), ("header.s", signature.Selector));
        Add(text, "dmarc", Word(verdict.Dmarc.Result), null, ("header.from", verdict.Dmarc.Domain));
        if (verdict.Dmarc.PolicyDomain is not null)
            text.Append(" (p=").Append(Word(verdict.Dmarc.Policy)).Append(')');
        if (verdict.Arc.Result != ArcResult.None)
            Add(text, "arc", Word(verdict.Arc.Result), null);
        if (verdict.Client is { } client)
            Add(text, "iprev", "pass", client.IsHelo ? client.Name : client.Name + ", and EHLO says another", ("policy.iprev", client.Address.ToString()));
        return text.ToString();
    }

    /// <summary>A result as RFC 8601 §2.7 spells it.</summary>
    public static string Word<T>(T result) where T : struct, Enum => result.ToString().ToLowerInvariant();

    private static void Add(StringBuilder text, string method, string result, string? reason, params ReadOnlySpan<(string Name, string Value)> properties)
    {
        text.Append("; ").Append(method).Append('=').Append(result);
        if (reason is { Length: > 0 })
            text.Append(" reason=").Append(Quote(reason.Length > MaxReason ? reason[..MaxReason] : reason));
        foreach (var (name, value) in properties)
            if (value.Length > 0)
                text.Append(' ').Append(name).Append('=').Append(Value(value));
    }

    private static string Value(string value) =>
        value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' || c > '\x7f') ? value : Quote(value);

    // RFC 5322 §3.2.4
    private static string Quote(string value)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in value)
        {
            if (c is '"' or '\\')
                quoted.Append('\\');
            quoted.Append(char.IsControl(c) || char.IsSurrogate(c) ? '?' : c);
        }

        return quoted.Append('"').ToString();
    }
}
