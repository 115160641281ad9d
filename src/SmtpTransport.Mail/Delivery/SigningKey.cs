using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.OpenSsl;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace SmtpTransport.Mail.Delivery;

/// <summary>A private key that signs our mail (RFC 6376, RFC 8463), read once.</summary>
public sealed class SigningKey
{
    // RFC 8301 §3.2: no verifier believes a shorter one.
    private const int MinRsaBits = 1024;

    private SigningKey(string? domain, string selector, AsymmetricKeyParameter key)
    {
        Domain = domain;
        Selector = selector;
        Key = key;
    }

    /// <summary>As <see cref="MailDomain"/> spells it; null: every domain that we send from.</summary>
    public string? Domain { get; }

    public string Selector { get; }

    internal AsymmetricKeyParameter Key { get; }

    /// <summary>What stands at <c>selector._domainkey.domain</c> (RFC 6376 §3.6.1, RFC 8463 §4.2).</summary>
    public string Record => Key is Ed25519PrivateKeyParameters edwards
        ? $"v=DKIM1; k=ed25519; p={Convert.ToBase64String(edwards.GeneratePublicKey().GetEncoded())}"
        : $"v=DKIM1; k=rsa; p={Convert.ToBase64String(RsaPublicKey((RsaPrivateCrtKeyParameters)Key))}";

    /// <param name="pem">RSA as PKCS#1 or PKCS#8, Ed25519 as PKCS#8.</param>
    /// <exception cref="CryptographicException">It holds no key that DKIM can use; the message says why and tells nothing of the key.</exception>
    public static SigningKey Parse(string? domain, string selector, string pem) => new(domain, selector, Read(pem) switch
    {
        Ed25519PrivateKeyParameters edwards => edwards,
        RsaPrivateCrtKeyParameters { Modulus.BitLength: >= MinRsaBits } rsa => rsa,
        RsaPrivateCrtKeyParameters { Modulus.BitLength: var bits } => throw new CryptographicException($"An RSA key of {bits} bits is too short, take 2048"),
        _ => throw new CryptographicException("It is neither an RSA nor an Ed25519 private key"),
    });

    private static object? Read(string pem)
    {
        using var reader = new PemReader(new StringReader(pem));
        try
        {
            var found = reader.ReadObject();
            return found is AsymmetricCipherKeyPair pair ? pair.Private : found;
        }
        catch (Exception broken) when (broken is IOException or ArgumentException or GeneralSecurityException or FormatException)
        {
            throw new CryptographicException(pem.Contains("ENCRYPTED", StringComparison.Ordinal) ? "The key is encrypted" : "It is no PEM file with a private key");
        }
    }

    private static byte[] RsaPublicKey(RsaPrivateCrtKeyParameters key) =>
        SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(new RsaKeyParameters(isPrivate: false, key.Modulus, key.PublicExponent)).GetEncoded();
}
