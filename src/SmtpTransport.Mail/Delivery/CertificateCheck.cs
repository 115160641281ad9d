using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace SmtpTransport.Mail.Delivery;

/// <summary>Is a certificate valid for a host, by the authorities we trust (RFC 9525 §6, RFC 5280 §6)?</summary>
internal static class CertificateCheck
{
    private const int MaxNames = 5;

    /// <param name="errors">What the system found by its own authorities.</param>
    /// <param name="trusted">Authorities besides the system's.</param>
    /// <param name="commonName">A certificate without alternative names may name the host in its subject.</param>
    public static TlsFault? Check(
        X509Certificate2 leaf, X509Chain? presented, SslPolicyErrors errors, string host, X509Certificate2Collection trusted, bool commonName, DateTimeOffset now)
    {
        if (!leaf.MatchesHostname(host, allowWildcards: true, allowCommonName: commonName))
            return Mismatch(leaf, host);
        if (leaf.NotAfter.ToUniversalTime() < now.UtcDateTime)
            return new TlsFault(TlsResult.CertificateExpired, $"the certificate expired on {leaf.NotAfter.ToUniversalTime():yyyy-MM-dd}");
        if (leaf.NotBefore.ToUniversalTime() > now.UtcDateTime)
            return new TlsFault(TlsResult.ValidationFailure, $"the certificate is good only from {leaf.NotBefore.ToUniversalTime():yyyy-MM-dd} on");
        return !errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) || IsSigned(leaf, presented, trusted)
            ? null
            : new TlsFault(TlsResult.CertificateNotTrusted, $"no trusted authority stands behind the certificate, it was issued by {leaf.Issuer}");
    }

    /// <summary>An address in a stranger's certificate is nothing to fetch from: it may lead into our own network, or into silence.</summary>
    public static X509ChainPolicy Offline() => new() { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };

    public static TlsFault Mismatch(X509Certificate2 leaf, string host) =>
        new(TlsResult.CertificateHostMismatch, $"the certificate is for {Names(leaf)}, and not for {host}");

    private static bool IsSigned(X509Certificate2 leaf, X509Chain? presented, X509Certificate2Collection trusted)
    {
        if (trusted.Count == 0)
            return false;
        using var chain = new X509Chain { ChainPolicy = Offline() };
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
        if (presented is not null)
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
        return chain.Build(leaf);
    }

    private static string Names(X509Certificate2 leaf)
    {
        var names = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames()).Take(MaxNames).ToList();
        return names.Count > 0 ? string.Join(", ", names) : leaf.Subject is { Length: > 0 } subject ? subject : "nobody";
    }
}
