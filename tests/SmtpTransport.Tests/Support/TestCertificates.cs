using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SmtpTransport.Tests.Support;

/// <summary>A certificate authority that lives as long as the test run, and certificates of it.</summary>
internal static class TestCertificates
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    public static X509Certificate2 Authority { get; } = NewAuthority();

    public static X509Certificate2 For(string host) => Issue(host, Now.AddDays(30));

    public static X509Certificate2 Expired(string host) => Issue(host, Now.AddDays(-1));

    /// <summary>Of an authority whose certificate is to be had there, it says.</summary>
    public static X509Certificate2 WithAuthorityAt(string url, string host)
    {
        using var chain = new TestCertificateChain();
        return Issue(host, Now.AddDays(20), chain.Intermediate, new X509AuthorityInformationAccessExtension(null, [url]));
    }

    /// <summary>What it says of its names cannot be read.</summary>
    public static X509Certificate2 Garbled(string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", [0x30, 0x7f, 0xff], critical: false));
        return Whole(request.Create(Authority, Now.AddDays(-20), Now.AddDays(30), RandomNumberGenerator.GetBytes(8)), key);
    }

    private static X509Certificate2 NewAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(Now.AddDays(-30), Now.AddDays(60));
    }

    private static X509Certificate2 Issue(string host, DateTimeOffset until) => Issue(host, until, Authority);

    private static X509Certificate2 Issue(string host, DateTimeOffset until, X509Certificate2 authority, params X509Extension[] extensions)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        foreach (var extension in extensions)
            request.CertificateExtensions.Add(extension);
        return Whole(request.Create(authority, extensions.Length == 0 ? Now.AddDays(-20) : Now, until, RandomNumberGenerator.GetBytes(8)), key);
    }

    private static X509Certificate2 Whole(X509Certificate2 bare, ECDsa key)
    {
        using (bare)
        {
            using var whole = bare.CopyWithPrivateKey(key);
            // A key that SslStream can use on every platform has been through PKCS#12 once.
            return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
        }
    }
}
