using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SmtpTransport.Host.Configuration;

namespace SmtpTransport.Host.Checks;

/// <summary>The certificate for STARTTLS; that it can be read and fits its key the configuration has seen already.</summary>
internal static class CertificateCheck
{
    private const string Subject = "Certificate";

    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(14);

    public static IEnumerable<Finding> Look(CertificatePair? files, string hostname, DateTimeOffset now)
    {
        if (files is null)
            return [Finding.Advice(Subject, "none: mail arrives without encryption", "Set Smtp:Certificate and Smtp:CertificateKey to PEM files")];
        using var certificate = X509Certificate2.CreateFromPemFile(files.Chain, files.Key);
        return Look(certificate, hostname, now);
    }

    internal static IEnumerable<Finding> Look(X509Certificate2 certificate, string hostname, DateTimeOffset now)
    {
        var until = certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        yield return !certificate.MatchesHostname(new IdnMapping().GetAscii(hostname))
            ? Finding.Fault(Subject, $"is not for {hostname}", $"Get a certificate whose names include {hostname}")
            : now > certificate.NotAfter
                ? Finding.Fault(Subject, $"ended on {until}", "Renew it; new files are taken without a restart")
                : now < certificate.NotBefore
                    ? Finding.Fault(Subject, "is not valid yet", "Look at this machine's clock")
                    : now + RenewBefore > certificate.NotAfter
                        ? Finding.Advice(Subject, $"ends on {until}", "Renew it; new files are taken without a restart")
                        : Finding.Ok(Subject, $"for {hostname}, until {until}");
        yield return Finding.Advice(
            "TLSA",
            "lets other servers verify this certificate, where the zone is signed with DNSSEC (RFC 7672)",
            $"_25._tcp.{hostname}. IN TLSA 3 1 1 {Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()))}");
    }
}
