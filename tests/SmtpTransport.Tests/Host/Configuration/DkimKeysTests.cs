using System.Security.Cryptography;

namespace SmtpTransport.Tests.Host.Configuration;

internal sealed class DkimKeysTests
{
    private const string Ed25519 = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";

    private string file = null!;

    [SetUp]
    public void WriteKey() => Write(Ed25519);

    [TearDown]
    public void DeleteKey() => File.Delete(file);

    [TestCase("{ \"Selector\": \"mail\", \"KeyFile\": \"KEY\" }", new[] { "mail at every domain" })]
    [TestCase("[{ \"Selector\": \"mail\", \"KeyFile\": \"KEY\" }, { \"Selector\": \"ed\", \"KeyFile\": \"KEY\" }]", new[] { "mail at every domain", "ed at every domain" })]
    [TestCase(
        "{ \"example.org\": { \"Selector\": \"mail\", \"KeyFile\": \"KEY\" }, \"example.net\": [{ \"Selector\": \"mail\", \"KeyFile\": \"KEY\" }] }",
        new[] { "mail at example.net", "mail at example.org" })]
    public void Keys_come_as_a_pair_a_list_or_a_map(string dkim, string[] expected)
    {
        var configuration = Fixture.Valid(Section(dkim));
        Assert.That(configuration.Delivery.SigningKeys.Select(key => $"{key.Selector} at {key.Domain ?? "every domain"}"), Is.EquivalentTo(expected));
        Assert.That(configuration.Warnings, Is.Empty);
    }

    [Test]
    public void Keys_of_the_environment_replace_those_of_the_file_whatever_their_shape() =>
        Assert.That(
            Fixture.Valid(Section("[{ \"Selector\": \"mail\", \"KeyFile\": \"KEY\" }]"), ("SMTPTRANSPORT_Delivery__Dkim__Selector", "env"), ("SMTPTRANSPORT_Delivery__Dkim__KeyFile", file))
                .Delivery.SigningKeys.Single().Selector,
            Is.EqualTo("env"));

    [Test]
    public void RSA_keys_come_as_PKCS1_or_PKCS8()
    {
        using var rsa = RSA.Create(2048);
        foreach (var pem in new[] { rsa.ExportRSAPrivateKeyPem(), rsa.ExportPkcs8PrivateKeyPem() })
        {
            Write(pem);
            var key = Fixture.Valid(Section("{ \"Selector\": \"mail\", \"KeyFile\": \"KEY\" }")).Delivery.SigningKeys.Single();
            Assert.That(key.Record, Is.EqualTo($"v=DKIM1; k=rsa; p={Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo())}"));
        }
    }

    [Test]
    public void A_file_without_a_usable_key_stops_the_start_and_is_not_repeated()
    {
        using var elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(512);
        using var locked = RSA.Create(2048);
        AssertFault(elliptic.ExportPkcs8PrivateKeyPem(), "neither an RSA nor an Ed25519 private key");
        AssertFault(rsa.ExportPkcs8PrivateKeyPem(), "An RSA key of 512 bits is too short");
        AssertFault(locked.ExportEncryptedPkcs8PrivateKeyPem("x", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)), "The key is encrypted");
        AssertFault(locked.ExportSubjectPublicKeyInfoPem(), "neither an RSA nor an Ed25519 private key");
        AssertFault("-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----\n", "no PEM file with a private key");
        AssertFault("s3cr3t", "neither an RSA nor an Ed25519 private key");
    }

    private void AssertFault(string pem, string expected)
    {
        Write(pem);
        var faults = Fixture.Faults(Section("{ \"Selector\": \"mail\", \"KeyFile\": \"KEY\" }"));
        Assert.That(faults, Has.Count.EqualTo(1));
        Assert.That(faults[0], Does.StartWith("Delivery:Dkim:KeyFile holds no key to sign with").And.Contain(expected));
        Assert.That(pem.Split('\n').Where(line => line.Length > 5 && faults[0].Contains(line, StringComparison.Ordinal)), Is.Empty);
    }

    private void Write(string pem)
    {
        file ??= Path.Combine(TestContext.CurrentContext.WorkDirectory, Path.GetRandomFileName());
        File.WriteAllText(file, pem);
    }

    private string Section(string dkim) => "\"Delivery\": { \"Dkim\": " + dkim.Replace("KEY", file, StringComparison.Ordinal) + " }";
}
