using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SmtpTransport.Host.Configuration;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Host.Checks;

/// <summary>What the zone says of our certificate (RFC 7672): nothing, the truth, or something that keeps mail away.</summary>
internal sealed class TlsaRecords(IDnsResolver dns, DnsOptions options, string hostname)
{
    private readonly string name = $"_25._tcp.{hostname}";

    public async Task<Finding> RunAsync(CertificatePair files, DateTimeOffset now, CancellationToken cancellation)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(files.Chain);
        return await RunAsync(chain, now, cancellation);
    }

    /// <param name="chain">As we show it, our own first.</param>
    internal async Task<Finding> RunAsync(X509Certificate2Collection chain, DateTimeOffset now, CancellationToken cancellation)
    {
        var record = $"{name}. IN TLSA 3 1 1 {Convert.ToHexStringLower(SHA256.HashData(chain[0].PublicKey.ExportSubjectPublicKeyInfo()))}";
        var answer = await dns.TlsaAsync(name, cancellation);
        if (answer.Status == DnsStatus.Failed)
            return Advice($"DNS did not answer for {name}: servers that look for it keep their mail for us", "Look at the zone's name servers, then check again");
        if (answer.Records.Count == 0)
            return Advice("none: lets other servers verify our certificate, where the zone is signed with DNSSEC (RFC 7672)", record);
        if (!answer.Records.Any(TlsaCheck.IsUsable))
            return Advice("has no record that counts for mail (RFC 7672 §3.1)", record);
        if (TlsaCheck.Check(answer.Records, hostname, chain[0], chain, now) is { } fault)
            return Advice($"is wrong, {fault.Words}: servers that look at it keep their mail for us", record);
        return options.TrustAd && !answer.Authentic
            ? Advice("is right, but the zone is not signed: nobody looks at it", "Sign the zone with DNSSEC")
            : Finding.Ok("TLSA", "fits our certificate");
    }

    private static Finding Advice(string text, string cure) => Finding.Advice("TLSA", text, cure);
}
