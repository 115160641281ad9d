using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>A self-signed certificate for some names and for 127.0.0.1, as an object and as PEM files.</summary>
internal static class TestCertificate
{
    public static X509Certificate2 Create(string name, params string[] more)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var one in more.Prepend(name))
            names.AddDnsName(one);
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        // SslStream wants the key inside the certificate.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }

    public static (string Certificate, string Key) Save(X509Certificate2 certificate, string folder)
    {
        var files = (Path.Combine(folder, "certificate.pem"), Path.Combine(folder, "key.pem"));
        File.WriteAllText(files.Item1, certificate.ExportCertificatePem());
        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(files.Item2, key.ExportPkcs8PrivateKeyPem());
        return files;
    }
}
