using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SmtpTransport.Mail.Delivery;

/// <summary>Looks at the certificate that a host shows, as its policy asks, and remembers what was wrong with it.</summary>
internal sealed class CertificateJudge(NextHop hop, X509Certificate2Collection trusted, TimeProvider time)
{
    public TlsFault? Fault { get; private set; }

    public bool Accepts(X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        Fault = certificate is X509Certificate2 leaf ? Read(leaf, presented, errors) : new TlsFault(TlsResult.ValidationFailure, "it shows no certificate");
        return Fault is null or { Result: TlsResult.TlsaInvalid } || !hop.Tls.IsEnforced;
    }

    private TlsFault? Read(X509Certificate2 leaf, X509Chain? presented, SslPolicyErrors errors)
    {
        try
        {
            return Check(leaf, presented, errors);
        }
        catch (CryptographicException)
        {
            return new TlsFault(TlsResult.ValidationFailure, "the certificate cannot be read");
        }
    }

    private TlsFault? Check(X509Certificate2 leaf, X509Chain? presented, SslPolicyErrors errors) => hop.Tls switch
    {
        TlsPolicy.Opportunistic => null,
        // The records' fault, and not the certificate's.
        TlsPolicy.Encrypted => new TlsFault(TlsResult.TlsaInvalid, "none of its TLSA records can be used"),
        TlsPolicy.Dane dane => TlsaCheck.Check(dane, leaf, presented, time.GetUtcNow()),
        TlsPolicy.Sts { IsListed: false } => new TlsFault(TlsResult.ValidationFailure, $"the MTA-STS policy does not list {hop.Host}"),
        // RFC 8461 §4.1: alternative names alone.
        var other => CertificateCheck.Check(leaf, presented, errors, hop.Host, trusted, commonName: other is not TlsPolicy.Sts, time.GetUtcNow()),
    };
}
