using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.OpenSsl;
using Org.BouncyCastle.Security;
using SmtpTransport.Host.Checks;
using SmtpTransport.Mail.Delivery;

namespace SmtpTransport.Tests.Host.Checks;

internal sealed class DkimRecordTests
{
    private const string Name = "mail._domainkey.example.org";

    [Test]
    public void A_missing_record_is_spelled_out_in_strings_of_255_octets()
    {
        var key = Rsa();
        var cure = DkimRecord.Compare(Name, [], key).Cure!;

        Assert.That(cure, Does.StartWith(Name + ". IN TXT \"v=DKIM1; k=rsa; p="));
        var strings = cure[(cure.IndexOf('"', StringComparison.Ordinal) + 1)..^1].Split("\" \"");
        Assert.That(strings, Has.All.Length.LessThanOrEqualTo(255));
        Assert.That(string.Concat(strings), Is.EqualTo(key.Record));
    }

    [Test]
    public void The_published_key_is_ours_of_either_kind()
    {
        foreach (var key in new[] { Rsa(), Edwards() })
        {
            Assert.That(DkimRecord.Compare(Name, [key.Record], key).Grade, Is.EqualTo(Grade.Ok));
            Assert.That(DkimRecord.Compare(Name, [key.Record.Replace("; ", ";", StringComparison.Ordinal) + " ; n=ours"], key).Grade, Is.EqualTo(Grade.Ok));
        }
    }

    [Test]
    public void Another_key_a_revoked_one_and_two_of_them_are_faults()
    {
        var key = Edwards();

        Assert.That(Fault(DkimRecord.Compare(Name, [Edwards().Record], key)), Is.EqualTo("holds another key than Delivery:Dkim"));
        Assert.That(Fault(DkimRecord.Compare(Name, [Rsa().Record], key)), Is.EqualTo("holds another key than Delivery:Dkim"));
        Assert.That(Fault(DkimRecord.Compare(Name, ["v=DKIM1; k=ed25519; p="], key)), Is.EqualTo("says that the key is revoked"));
        Assert.That(Fault(DkimRecord.Compare(Name, [key.Record, Rsa().Record], key)), Does.StartWith("2 records"));
    }

    [Test]
    public void A_key_in_test_mode_is_advice()
    {
        var key = Rsa();

        Assert.That(DkimRecord.Compare(Name, [key.Record + "; t=y:s"], key).Grade, Is.EqualTo(Grade.Advice));
    }

    private static string Fault(Finding finding)
    {
        Assert.That(finding.Grade, Is.EqualTo(Grade.Fault));
        return finding.Text;
    }

    private static SigningKey Rsa()
    {
        using var rsa = RSA.Create(2048);
        return SigningKey.Parse(null, "mail", rsa.ExportPkcs8PrivateKeyPem());
    }

    private static SigningKey Edwards()
    {
        var generator = new Ed25519KeyPairGenerator();
        generator.Init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        using var text = new StringWriter();
        using var writer = new PemWriter(text);
        writer.WriteObject(new Pkcs8Generator(generator.GenerateKeyPair().Private));
        return SigningKey.Parse(null, "mail", text.ToString());
    }
}
