using System.Globalization;
using System.Text.RegularExpressions;
using MimeKit.Cryptography;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Mail.Authentication.Dkim;

/// <summary>A DKIM-Signature that obeys the grammar (RFC 6376 §3.5).</summary>
/// <param name="Domain">d=, in lower-case A-labels.</param>
/// <param name="Agent">The domain of i=, likewise.</param>
/// <param name="Signature">b=, in base64 without white space.</param>
/// <param name="BodyHash">bh=, likewise.</param>
/// <param name="BodyLength">l=; null without one.</param>
internal sealed partial record DkimSignature(
    string Domain,
    string Selector,
    string Agent,
    DkimSignatureAlgorithm Algorithm,
    DkimCanonicalizationAlgorithm HeaderCanonicalization,
    DkimCanonicalizationAlgorithm BodyCanonicalization,
    string[] Headers,
    string BodyHash,
    int? BodyLength,
    string Signature)
{
    // Each name is looked for in the whole header.
    private const int MaxHeaders = 200;

    /// <summary>The signature, or the verdict on what is none.</summary>
    public static DkimSignature? Parse(string value, DateTimeOffset now, DkimDemands demands, out DkimVerdict verdict)
    {
        var tags = TagList.Parse(value);
        if (tags is null)
            return Refuse(DkimResult.PermError, "the signature cannot be read", "", "", out verdict);
        var selector = TagList.WithoutSpace(tags.GetValueOrDefault("s", ""));
        if (!DnsName.TryToAscii(TagList.WithoutSpace(tags.GetValueOrDefault("d", "")), out var domain) || selector.Length == 0)
            return Refuse(DkimResult.PermError, "no usable domain or selector", "", selector, out verdict);
        domain = domain.ToLowerInvariant();

        // RFC 6376 §3.5: what is not of our version, or asks for what we do not know, is as if it were not there.
        if (!demands.Accepts(tags.GetValueOrDefault("v")))
            return Refuse(DkimResult.None, "unknown version", domain, selector, out verdict);
        if (AlgorithmOf(tags.GetValueOrDefault("a", "")) is not { } algorithm)
            return Refuse(DkimResult.None, "unknown algorithm", domain, selector, out verdict);
        if (Canonicalizations(tags.GetValueOrDefault("c", "simple")) is not var (header, body))
            return Refuse(DkimResult.None, "unknown canonicalization", domain, selector, out verdict);
        // A plain "dns" is from before RFC 4871.
        if (!TagList.Colons(tags.GetValueOrDefault("q", "dns/txt")).Any(method => method is "dns/txt" or "dns"))
            return Refuse(DkimResult.None, "unknown query method", domain, selector, out verdict);

        var headers = TagList.Colons(tags.GetValueOrDefault("h", ""));
        // RFC 6376 §5.4: From must be signed.
        if (headers.Length > MaxHeaders || headers.Any(name => name.Length == 0) || !headers.Contains("from", StringComparer.OrdinalIgnoreCase))
            return Refuse(DkimResult.PermError, "h= is unusable or without From", domain, selector, out verdict);
        if (Base64(tags, "b") is not { } signature || Base64(tags, "bh") is not { } bodyHash)
            return Refuse(DkimResult.PermError, "b= or bh= is missing or no base64", domain, selector, out verdict);
        if (!TryNumber(tags, "l", out var length) || !TryNumber(tags, "t", out var signedAt) || !TryNumber(tags, "x", out var expires))
            return Refuse(DkimResult.PermError, "l=, t= or x= is no number", domain, selector, out verdict);
        if (expires <= signedAt)
            return Refuse(DkimResult.PermError, "x= is not after t=", domain, selector, out verdict);
        if (expires < now.ToUnixTimeSeconds())
            return Refuse(DkimResult.None, "expired", domain, selector, out verdict);

        var agent = domain;
        if (tags.TryGetValue("i", out var identity))
        {
            // RFC 6376 §3.5 i=: the same domain as d= or one below it; any sign but a semicolon may be spelt =40.
            identity = EncodedSign().Replace(TagList.WithoutSpace(identity), sign => ((char)Convert.ToByte(sign.Value[1..], 16)).ToString());
            var at = identity.LastIndexOf('@');
            if (at < 0 || !DnsName.TryToAscii(identity[(at + 1)..], out var named))
                return Refuse(DkimResult.PermError, "i= is no address", domain, selector, out verdict);
            agent = named.ToLowerInvariant();
            if (agent != domain && !agent.EndsWith('.' + domain, StringComparison.Ordinal))
                return Refuse(DkimResult.None, "i= is not within d=", domain, selector, out verdict);
        }

        verdict = new DkimVerdict(DkimResult.Pass, domain, selector);
        // No mail is as long as the largest int.
        return new DkimSignature(domain, selector, agent, algorithm, header, body, headers, bodyHash, length is { } octets ? (int)Math.Min(octets, int.MaxValue) : null, signature);
    }

    private static DkimSignature? Refuse(DkimResult result, string reason, string domain, string selector, out DkimVerdict verdict)
    {
        verdict = new DkimVerdict(result, domain, selector, reason);
        return null;
    }

    private static DkimSignatureAlgorithm? AlgorithmOf(string name) => name.ToLowerInvariant() switch
    {
        "rsa-sha256" => DkimSignatureAlgorithm.RsaSha256,
        "rsa-sha1" => DkimSignatureAlgorithm.RsaSha1,
        "ed25519-sha256" => DkimSignatureAlgorithm.Ed25519Sha256,
        _ => null,
    };

    private static (DkimCanonicalizationAlgorithm Header, DkimCanonicalizationAlgorithm Body)? Canonicalizations(string value)
    {
        var names = TagList.WithoutSpace(value).ToLowerInvariant().Split('/');
        return names.Length <= 2 && CanonicalizationOf(names[0]) is { } header && CanonicalizationOf(names.ElementAtOrDefault(1) ?? "simple") is { } body
            ? (header, body)
            : null;
    }

    private static DkimCanonicalizationAlgorithm? CanonicalizationOf(string name) => name switch
    {
        "simple" => DkimCanonicalizationAlgorithm.Simple,
        "relaxed" => DkimCanonicalizationAlgorithm.Relaxed,
        _ => null,
    };

    private static string? Base64(IReadOnlyDictionary<string, string> tags, string tag)
    {
        var text = TagList.WithoutSpace(tags.GetValueOrDefault(tag, ""));
        var octets = new byte[text.Length];
        return Convert.TryFromBase64String(text, octets, out var count) && count > 0 ? Convert.ToBase64String(octets, 0, count) : null;
    }

    // RFC 6376 §3.5: up to 76 digits for l=, 12 for t= and x=.
    private static bool TryNumber(IReadOnlyDictionary<string, string> tags, string tag, out long? number)
    {
        number = null;
        if (!tags.TryGetValue(tag, out var text))
            return true;
        if (text.Length is 0 or > 76 || !text.All(char.IsAsciiDigit))
            return false;
        number = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : long.MaxValue;
        return true;
    }

    // RFC 6376 §2.11
    [GeneratedRegex("=[0-9A-F]{2}")]
    private static partial Regex EncodedSign();
}
