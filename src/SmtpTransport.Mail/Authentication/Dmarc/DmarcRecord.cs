namespace SmtpTransport.Mail.Authentication.Dmarc;

/// <summary>What a domain owner publishes below <c>_dmarc</c> (RFC 9989 §4.7). Reports are nobody's business here.</summary>
/// <param name="Policy">p=</param>
/// <param name="Subdomains">sp=, for the names below that exist.</param>
/// <param name="Missing">np=, for those that do not.</param>
/// <param name="Testing">t=y</param>
internal sealed record DmarcRecord(
    DmarcPolicy Policy, DmarcPolicy Subdomains, DmarcPolicy Missing, bool StrictDkim, bool StrictSpf, PublicSuffix PublicSuffix, bool Testing)
{
    private const int MaxLength = 16 * 1024;

    /// <summary>False where RFC 9989 §4.10.1 wants no DMARC at all: the wish cannot be read, and nobody is there to be told.</summary>
    public bool Applies { get; private init; } = true;

    /// <summary>Null for what is no DMARC record. What cannot be understood in one is passed over (RFC 9989 §4.7).</summary>
    public static DmarcRecord? Parse(string text)
    {
        if (text.Length > MaxLength)
            return null;
        var tags = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var first = true;
        foreach (var spec in text.Split(';', StringSplitOptions.TrimEntries))
        {
            var equals = spec.IndexOf('=');
            var (name, value) = equals < 0 ? (spec, "") : (spec[..equals].TrimEnd(), spec[(equals + 1)..].TrimStart());
            // RFC 9989 §4.7: v= comes first and is spelt exactly so, or this is something else.
            if (first && (!name.Equals("v", StringComparison.OrdinalIgnoreCase) || value != "DMARC1"))
                return null;
            first = false;
            if (equals >= 0)
                tags.TryAdd(name, value.ToLowerInvariant());
        }

        var policy = PolicyOf(tags.GetValueOrDefault("p"));
        var subdomains = PolicyOf(tags.GetValueOrDefault("sp"));
        var missing = PolicyOf(tags.GetValueOrDefault("np"));
        var readable = policy is not null && (subdomains is not null || !tags.ContainsKey("sp")) && (missing is not null || !tags.ContainsKey("np"));
        if (!readable)
            policy = subdomains = missing = DmarcPolicy.None;
        return new DmarcRecord(
            policy ?? DmarcPolicy.None,
            subdomains ?? policy ?? DmarcPolicy.None,
            missing ?? subdomains ?? policy ?? DmarcPolicy.None,
            tags.GetValueOrDefault("adkim") == "s",
            tags.GetValueOrDefault("aspf") == "s",
            tags.GetValueOrDefault("psd") switch { "y" => PublicSuffix.Yes, "n" => PublicSuffix.No, _ => PublicSuffix.Unknown },
            tags.GetValueOrDefault("t") == "y")
        {
            // RFC 9989 §4.10.1: who can be told of the mistake has p=none.
            Applies = readable || tags.GetValueOrDefault("rua", "").Split(',').Any(IsReportAddress),
        };
    }

    private static DmarcPolicy? PolicyOf(string? value) => value switch
    {
        "none" => DmarcPolicy.None,
        "quarantine" => DmarcPolicy.Quarantine,
        "reject" => DmarcPolicy.Reject,
        _ => null,
    };

    private static bool IsReportAddress(string uri) =>
        Uri.TryCreate(uri.Trim(), UriKind.Absolute, out var parsed) && parsed.Scheme == Uri.UriSchemeMailto && parsed.AbsoluteUri.Contains('@');
}

/// <summary>psd=: whether strangers register names below this one.</summary>
internal enum PublicSuffix
{
    Unknown,
    Yes,
    No,
}
