namespace SmtpTransport.Gateway.Reading;

/// <summary>Link targets that are of use to a reader.</summary>
internal static class HtmlLink
{
    private const int MaxLength = 2000;

    private static readonly string[] Schemes = ["http", "https", "mailto", "tel", "sms", "xmpp", "ftp", "geo", "webcal", "sip"];

    /// <summary>The target as it is shown, or null: within the page, relative to nothing, or a script.</summary>
    public static string? Shown(string target)
    {
        var colon = target.IndexOf(':');
        if (colon < 1 || target.Length > MaxLength || !Schemes.Contains(target[..colon], StringComparer.OrdinalIgnoreCase))
        {
            return null;
        }

        return string.Concat(target.Where(c => !char.IsWhiteSpace(c) && !char.IsControl(c)))
            .Replace("<", "%3C", StringComparison.Ordinal)
            .Replace(">", "%3E", StringComparison.Ordinal);
    }

    /// <summary>The label is the address itself.</summary>
    public static bool Says(string label, string target) =>
        Bare(label).Equals(Bare(target), StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> BareOf(ReadOnlySpan<char> address)
    {
        foreach (var start in (ReadOnlySpan<string>)["https://", "http://", "mailto:", "tel:", "www."])
        {
            if (address.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            {
                address = address[start.Length..];
            }
        }

        return address.TrimEnd('/');
    }

    private static string Bare(string address) => BareOf(address).ToString();
}
