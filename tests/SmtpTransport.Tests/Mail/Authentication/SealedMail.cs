using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace SmtpTransport.Tests.Mail.Authentication;

/// <summary>Mails that pass through hops which seal them, each with what it says it found.</summary>
internal sealed class SealedMail(FakeDns dns)
{
    private const string Start = "From: Bob <bob@mail.test>\r\nTo: list@list.test\r\nSubject: Plan\r\nDate: Sun, 1 Mar 2026 12:00:00 +0000\r\n\r\nHello\r\n";

    private static readonly AsymmetricCipherKeyPair Keys = Generate();

    private byte[] octets = System.Text.Encoding.ASCII.GetBytes(Start);

    public byte[] Octets => octets;

    /// <summary>The next hop seals; <paramref name="found"/> as in "dmarc=pass dkim=pass:mail.test".</summary>
    public SealedMail Seal(string sealer, string found)
    {
        dns.Txt("s1._domainkey." + sealer, "v=DKIM1; k=rsa; p=" + Convert.ToBase64String(SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(Keys.Public).GetDerEncoded()));
        var message = MimeMessage.Load(new MemoryStream(octets));
        var signer = new Signer(Keys.Private, sealer, found);
        signer.Sign(message, [HeaderId.From, HeaderId.Subject]);
        using var sealedMail = new MemoryStream();
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        message.WriteTo(options, sealedMail);
        octets = sealedMail.ToArray();
        return this;
    }

    private static AsymmetricCipherKeyPair Generate()
    {
        var generator = new RsaKeyPairGenerator();
        generator.Init(new KeyGenerationParameters(new SecureRandom(), 1024));
        return generator.GenerateKeyPair();
    }

    private sealed class Signer(AsymmetricKeyParameter key, string sealer, string found) : ArcSigner(key, sealer, "s1")
    {
        protected override AuthenticationResults GenerateArcAuthenticationResults(FormatOptions options, MimeMessage message, CancellationToken cancellationToken)
        {
            var results = new AuthenticationResults("mx." + Domain);
            foreach (var pair in found.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var (method, said) = (pair.Split('=')[0], pair.Split('=')[1].Split(':'));
                var result = new AuthenticationMethodResult(method, said[0]);
                if (said.Length > 1)
                    result.Properties.Add(new AuthenticationMethodProperty("header", "d", said[1]));
                results.Results.Add(result);
            }

            return results;
        }

        protected override Task<AuthenticationResults> GenerateArcAuthenticationResultsAsync(FormatOptions options, MimeMessage message, CancellationToken cancellationToken) =>
            Task.FromResult(GenerateArcAuthenticationResults(options, message, cancellationToken));
    }
}
