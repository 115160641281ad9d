namespace SmtpTransport.Host.Checks;

/// <summary>As much of a DMARC record (RFC 9989 §4.7) as tells whether it works.</summary>
internal static class DmarcForm
{
    public static bool IsPolicy(string text) => Tags(text).FirstOrDefault() is ("v", "DMARC1");

    public static bool IsValid(string text)
    {
        var policy = Tags(text).FirstOrDefault(tag => tag.Name == "p").Value;
        return policy is null || policy.ToLowerInvariant() is "none" or "quarantine" or "reject";
    }

    private static IEnumerable<(string Name, string Value)> Tags(string text) =>
        from tag in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        let parts = tag.Split('=', 2, StringSplitOptions.TrimEntries)
        select (parts[0], parts.Length > 1 ? parts[1] : "");
}
