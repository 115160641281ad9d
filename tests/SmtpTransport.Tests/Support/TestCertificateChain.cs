using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SmtpTransport.Tests.Support;

/// <summary>Certificates made on the spot: a root, an intermediate, and leaves.</summary>
internal sealed class TestCertificateChain : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1);
    private static readonly DateTimeOffset Until = DateTimeOffset.UtcNow.AddDays(30);

    public TestCertificateChain()
    {
        Root = Make("CN=Test Root", null, true).CreateSelfSigned(From, Until);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = Make("CN=Test Intermediate", key, true).Create(Root, From, Until, [1]);
        Intermediate = signed.CopyWithPrivateKey(key);
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Intermediate { get; }

    /// <summary>A leaf with its key, and what a server shows along with it.</summary>
    public (X509Certificate2 Leaf, X509Certificate2Collection Others) IssueForServer(string name, bool withRoot)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Make($"CN={name}", key, false);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var bare = request.Create(Intermediate, From, Until, RandomNumberGenerator.GetBytes(8));
        using var whole = bare.CopyWithPrivateKey(key);
        return (X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null), withRoot ? [Intermediate, Root] : [Intermediate]);
    }

    /// <summary>Leaf and intermediate as one PEM file, the leaf's key as another.</summary>
    public (string Chain, string Key) Issue(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = Make($"CN={name}", key, false).Create(Intermediate, From, Until, RandomNumberGenerator.GetBytes(8));
        return (leaf.ExportCertificatePem() + "\n" + Intermediate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        Root.Dispose();
        Intermediate.Dispose();
    }

    private static CertificateRequest Make(string subject, ECDsa? key, bool authority)
    {
        var request = new CertificateRequest(subject, key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        return request;
    }
}
