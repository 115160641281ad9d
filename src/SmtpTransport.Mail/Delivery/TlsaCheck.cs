using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Mail.Delivery;

/// <summary>Does a certificate match the TLSA records of its host (RFC 7672 §3, RFC 7671 §5)?</summary>
public static class TlsaCheck
{
    private const byte TrustAnchor = 2;
    private const byte EndEntity = 3;

    /// <summary>No digest; of the others the higher is the stronger.</summary>
    private const byte Whole = 0;

    // Nobody shows more certificates for a good reason; each may cost a chain.
    private const int MaxAnchors = 10;

    /// <summary>RFC 7672 §3.1.3: PKIX-TA and PKIX-EE are not for SMTP. RFC 7671 §4.1: neither is what we do not understand.</summary>
    public static bool IsUsable(TlsaRecord record) =>
        record is { Usage: TrustAnchor or EndEntity, Selector: 0 or 1 }
        && record.MatchingType switch
        {
            0 => record.Data.Length > 0,
            1 => record.Data.Length == SHA256.HashSizeInBytes,
            2 => record.Data.Length == SHA512.HashSizeInBytes,
            _ => false,
        };

    /// <summary>Those that a certificate is held against: a weaker digest does not count beside a stronger one of the same thing (RFC 7671 §9).</summary>
    internal static IReadOnlyList<TlsaRecord> Usable(IReadOnlyList<TlsaRecord> records) =>
        [.. records.Where(IsUsable).GroupBy(record => (record.Usage, record.Selector)).SelectMany(group =>
            group.Where(record => record.MatchingType == Whole || record.MatchingType == group.Max(other => other.MatchingType)))];

    /// <summary>Would a sender that looks at the records of <paramref name="host"/> go on with this certificate?</summary>
    /// <param name="shown">What is sent along with it.</param>
    public static TlsFault? Check(
        IReadOnlyList<TlsaRecord> records, string host, X509Certificate2 leaf, X509Certificate2Collection shown, DateTimeOffset now)
    {
        using var presented = new X509Chain();
        presented.ChainPolicy.ExtraStore.AddRange(shown);
        return Check(new TlsPolicy.Dane(host, Usable(records), [host]), leaf, presented, now);
    }

    internal static TlsFault? Check(TlsPolicy.Dane policy, X509Certificate2 leaf, X509Chain? presented, DateTimeOffset now)
    {
        // RFC 7672 §3.1.1: neither name nor date count here.
        if (policy.Records.Any(record => record.Usage == EndEntity && Matches(record, leaf)))
            return null;
        if (!HasAnchor(policy, leaf, presented, now))
            return new TlsFault(TlsResult.ValidationFailure, $"the certificate matches none of the TLSA records of {policy.Base}");
        // RFC 7672 §3.2.3 allows wildcards; the subject itself is no name.
        return policy.Names.Any(name => leaf.MatchesHostname(name, allowWildcards: true, allowCommonName: false))
            ? null
            : CertificateCheck.Mismatch(leaf, policy.Names[0]);
    }

    internal static bool Matches(TlsaRecord record, X509Certificate2 certificate)
    {
        var selected = record.Selector == 0 ? certificate.RawData : certificate.PublicKey.ExportSubjectPublicKeyInfo();
        var expected = record.MatchingType switch
        {
            1 => SHA256.HashData(selected),
            2 => SHA512.HashData(selected),
            _ => selected,
        };
        return record.Data.Span.SequenceEqual(expected);
    }

    private static bool HasAnchor(TlsPolicy.Dane policy, X509Certificate2 leaf, X509Chain? presented, DateTimeOffset now)
    {
        if (presented is null)
            return false;
        // RFC 7672 §3.1.2: the server sends the anchor along.
        var shown = presented.ChainPolicy.ExtraStore.Take(MaxAnchors).ToList();
        return shown
            .Where(candidate => policy.Records.Any(record => record.Usage == TrustAnchor && Matches(record, candidate)))
            .Any(anchor => IsSignedBy(anchor, leaf, presented, now));
    }

    private static bool IsSignedBy(X509Certificate2 anchor, X509Certificate2 leaf, X509Chain presented, DateTimeOffset now)
    {
        using var chain = new X509Chain { ChainPolicy = CertificateCheck.Offline() };
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(anchor);
        chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = now.LocalDateTime;
        // The anchor may stand below a root that nobody here knows.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        return chain.Build(leaf) && chain.ChainElements.Skip(1).Any(element => element.Certificate.RawDataMemory.Span.SequenceEqual(anchor.RawData));
    }
}
