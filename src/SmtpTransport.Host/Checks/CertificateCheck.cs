using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using SmtpTransport.Host.Configuration;

namespace SmtpTransport.Host.Checks;

/// <summary>The certificate for STARTTLS; that it can be read and fits its key the configuration has seen already.</summary>
internal static class CertificateCheck
{
    private const string Subject = "Certificate";

    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(14);

    public static Finding Look(CertificatePair? files, string hostname, DateTimeOffset now)
    {
        if (files is null)
            return Finding.Advice(Subject, "none: mail arrives without encryption", "Set Smtp:Certificate and Smtp:CertificateKey to PEM files");
        using var certificate = X509Certificate2.CreateFromPemFile(files.Chain, files.Key);
        return Look(certificate, hostname, now);
    }

    internal static Finding Look(X509Certificate2 certificate, string hostname, DateTimeOffset now)
    {
        var until = certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return !certificate.MatchesHostname(hostname)
            ? Finding.Fault(Subject, $"is not for {hostname}", $"Get a certificate whose names include {hostname}")
            : now > certificate.NotAfter
                ? Finding.Fault(Subject, $"ended on {until}", "Renew it; new files are taken without a restart")
                : now < certificate.NotBefore
                    ? Finding.Fault(Subject, "is not valid yet", "Look at this machine's clock")
                    : now + RenewBefore > certificate.NotAfter
                        ? Finding.Advice(Subject, $"ends on {until}", "Renew it; new files are taken without a restart")
                        : Finding.Ok(Subject, $"for {hostname}, until {until}");
    }
}
