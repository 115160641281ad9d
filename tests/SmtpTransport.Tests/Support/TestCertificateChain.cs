using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SmtpTransport.Tests.Support;

/// <summary>Certificates made on the spot: a root, an intermediate, and leaves.</summary>
internal sealed class TestCertificateChain : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1);
    private static readonly DateTimeOffset Until = DateTimeOffset.UtcNow.AddDays(30);

    private readonly X509Certificate2 intermediate;

    public TestCertificateChain()
    {
        Root = Make("CN=Test Root", null, true).CreateSelfSigned(From, Until);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = Make("CN=Test Intermediate", key, true).Create(Root, From, Until, [1]);
        intermediate = signed.CopyWithPrivateKey(key);
    }

    public X509Certificate2 Root { get; }

    /// <summary>Leaf and intermediate as one PEM file, the leaf's key as another.</summary>
    public (string Chain, string Key) Issue(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = Make($"CN={name}", key, false).Create(intermediate, From, Until, RandomNumberGenerator.GetBytes(8));
        return (leaf.ExportCertificatePem() + "\n" + intermediate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        Root.Dispose();
        intermediate.Dispose();
    }

    private static CertificateRequest Make(string subject, ECDsa? key, bool authority)
    {
        var request = new CertificateRequest(subject, key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        return request;
    }
}
