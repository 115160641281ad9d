using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using SmtpTransport.Host.Configuration;

namespace SmtpTransport.Host.Checks;

/// <summary>The certificate for STARTTLS; that it can be read and fits its key the configuration has seen already.</summary>
/// <param name="trusted">Authorities besides the system's.</param>
internal sealed class CertificateCheck(string hostname, X509Certificate2Collection trusted, DateTimeOffset now)
{
    private const string Subject = "Certificate";

    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(14);

    public Finding Look(CertificatePair? files)
    {
        if (files is null)
            return Finding.Advice(Subject, "none: mail arrives without encryption", "Set Smtp:Certificate and Smtp:CertificateKey to PEM files");
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(files.Chain);
        return Look(chain);
    }

    /// <param name="chain">As the file has it, our own first.</param>
    internal Finding Look(X509Certificate2Collection chain)
    {
        var certificate = chain[0];
        var until = certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return !certificate.MatchesHostname(hostname)
            ? Finding.Fault(Subject, $"is not for {hostname}", $"Get a certificate whose names include {hostname}")
            : now > certificate.NotAfter
                ? Finding.Fault(Subject, $"ended on {until}", "Renew it; new files are taken without a restart")
                : now < certificate.NotBefore
                    ? Finding.Fault(Subject, "is not valid yet", "Look at this machine's clock")
                    : now + RenewBefore > certificate.NotAfter
                        ? Finding.Advice(Subject, $"ends on {until}", "Renew it; new files are taken without a restart")
                        : IsSigned(chain)
                            ? Finding.Ok(Subject, $"for {hostname}, until {until}")
                            : Finding.Advice(
                                Subject,
                                $"for {hostname}, until {until}; no authority that this system knows stands behind it: servers that heed an MTA-STS policy keep their mail",
                                "Name the file that holds the intermediates too (fullchain.pem), or take a certificate of a public authority");
    }

    /// <summary>By the system's authorities, or by ours.</summary>
    private bool IsSigned(X509Certificate2Collection chain) => Builds(chain, []) || (trusted.Count > 0 && Builds(chain, trusted));

    /// <param name="roots">None: the system's.</param>
    private bool Builds(X509Certificate2Collection chain, X509Certificate2Collection roots)
    {
        // What others do not get from us they do not fetch either.
        using var built = new X509Chain
        {
            ChainPolicy = { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true, VerificationTime = now.UtcDateTime },
        };
        built.ChainPolicy.TrustMode = roots.Count > 0 ? X509ChainTrustMode.CustomRootTrust : X509ChainTrustMode.System;
        built.ChainPolicy.CustomTrustStore.AddRange(roots);
        built.ChainPolicy.ExtraStore.AddRange(chain);
        return built.Build(chain[0]);
    }
}
