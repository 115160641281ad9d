using System.Security.Cryptography;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace SmtpTransport.Mail.Authentication.Dkim;

/// <summary>
/// Hashes and signatures, for a signature and a key that were judged already: the body by MimeKit, which lends its code to
/// derived classes only; RSA by the platform, whose takes a tenth of the time.
/// </summary>
internal abstract class DkimArithmetic(IDkimPublicKeyLocator keys) : DkimVerifierBase(keys)
{
    private static readonly FormatOptions AsReceived = CreateOptions();

    /// <param name="length">How many octets of the body; null for all.</param>
    public static bool IsBody(MimeMessage message, DkimSignature signature, int? length) =>
        VerifyBodyHash(AsReceived, message, signature.Algorithm, signature.BodyCanonicalization, length ?? -1, signature.BodyHash);

    public static bool IsSigned(MimeMessage message, Header field, DkimSignature signature, AsymmetricKeyParameter key)
    {
        var octets = DkimHeader.Signed(message, field, signature).Span;
        // In base64, as the grammar has found.
        var proof = Convert.FromBase64String(signature.Signature);
        if (key is RsaKeyParameters rsa)
            return IsSigned(octets, proof, rsa, signature.Algorithm == DkimSignatureAlgorithm.RsaSha1 ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256);

        // RFC 8463 §3: over the hash.
        var ed25519 = new Ed25519Signer();
        ed25519.Init(forSigning: false, key);
        ed25519.BlockUpdate(SHA256.HashData(octets));
        return ed25519.VerifySignature(proof);
    }

    private static bool IsSigned(ReadOnlySpan<byte> octets, byte[] proof, RsaKeyParameters key, HashAlgorithmName hash)
    {
        try
        {
            using var rsa = RSA.Create(DotNetUtilities.ToRSAParameters(key));
            return rsa.VerifyData(octets, proof, hash, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            // A number that no such key can have made, or no key that the platform takes.
            return false;
        }
    }

    private static FormatOptions CreateOptions()
    {
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        return options;
    }
}
