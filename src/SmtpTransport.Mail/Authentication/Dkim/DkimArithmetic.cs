using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;

namespace SmtpTransport.Mail.Authentication.Dkim;

/// <summary>MimeKit's canonicalization, hashes and signatures, for a signature and a key that were judged already.</summary>
internal sealed class DkimArithmetic() : DkimVerifierBase(new NoKeys())
{
    private static readonly FormatOptions AsReceived = CreateOptions();

    /// <param name="length">How many octets of the body; null for all.</param>
    public static bool IsBody(MimeMessage message, DkimSignature signature, int? length) =>
        VerifyBodyHash(AsReceived, message, signature.Algorithm, signature.BodyCanonicalization, length ?? -1, signature.BodyHash);

    public bool IsSigned(MimeMessage message, Header field, DkimSignature signature, AsymmetricKeyParameter key)
    {
        try
        {
            return VerifySignature(AsReceived, message, field, signature.Algorithm, key, signature.Headers, signature.HeaderCanonicalization, signature.Signature);
        }
        catch (Exception broken) when (broken is FormatException or CryptoException or ArgumentException or InvalidOperationException)
        {
            // A number that no such key can have made.
            return false;
        }
    }

    private static FormatOptions CreateOptions()
    {
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        return options;
    }

    /// <summary>Never asked: the keys are found, and judged, before.</summary>
    private sealed class NoKeys : DkimPublicKeyLocatorBase
    {
        public override AsymmetricKeyParameter LocatePublicKey(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public override Task<AsymmetricKeyParameter> LocatePublicKeyAsync(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();
    }
}
