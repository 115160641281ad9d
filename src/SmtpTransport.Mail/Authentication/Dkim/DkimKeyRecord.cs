using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Utilities;

namespace SmtpTransport.Mail.Authentication.Dkim;

/// <summary>The record a public key is published in (RFC 6376 §3.6.1).</summary>
/// <param name="Key">Null for a revoked one.</param>
/// <param name="Hashes">h=; null for any.</param>
/// <param name="Testing">t=y: the domain is trying DKIM out.</param>
/// <param name="Strict">t=s: i= must have the very domain of d=.</param>
internal sealed record DkimKeyRecord(AsymmetricKeyParameter? Key, IReadOnlyList<string>? Hashes, bool ForMail, bool Testing, bool Strict)
{
    // Verifying takes time that grows with the cube of the one and linearly with the other. Nobody's key is near this.
    private const int MaxRsaBits = 8192;
    private const int MaxExponentBits = 64;

    /// <summary>Null for what is no key record of this version.</summary>
    public static DkimKeyRecord? Parse(string text)
    {
        if (TagList.Parse(text) is not { } tags || !tags.TryGetValue("p", out var material))
            return null;
        // RFC 6376 §3.6.1: v= may be left out, else it is the first tag.
        if (tags.TryGetValue("v", out var version) && (version != "DKIM1" || !text.TrimStart().StartsWith('v')))
            return null;
        AsymmetricKeyParameter? key = null;
        if (TagList.WithoutSpace(material) is { Length: > 0 } base64)
        {
            key = ReadKey(tags.GetValueOrDefault("k", "rsa"), base64);
            if (key is null)
                return null;
        }

        var flags = TagList.Colons(tags.GetValueOrDefault("t", ""));
        var services = TagList.Colons(tags.GetValueOrDefault("s", "*"));
        return new DkimKeyRecord(
            key,
            tags.TryGetValue("h", out var hashes) ? TagList.Colons(hashes) : null,
            services.Any(service => service is "*" or "email"),
            flags.Contains("y"),
            flags.Contains("s"));
    }

    private static AsymmetricKeyParameter? ReadKey(string type, string base64)
    {
        var octets = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, octets, out var count))
            return null;
        octets = octets[..count];
        try
        {
            return type switch
            {
                "rsa" => ReadRsa(octets),
                // RFC 8463 §4.2: the 32 octets themselves, not in ASN.1.
                "ed25519" => octets.Length == Ed25519PublicKeyParameters.KeySize ? new Ed25519PublicKeyParameters(octets) : null,
                _ => null,
            };
        }
        catch (Exception malformed) when (malformed is not OutOfMemoryException)
        {
            // The ASN.1 reader throws whatever a broken key makes it stumble over.
            return null;
        }
    }

    private static RsaKeyParameters? ReadRsa(byte[] octets)
    {
        var published = RsaPublicKeyStructure.GetInstance(Unwrapped(octets));
        if (published.Modulus.BitLength > MaxRsaBits || published.PublicExponent.BitLength > MaxExponentBits)
            return null;
        // Whether the modulus is made of primes is its owner's concern: to test that takes a thousand times as long as to use the key.
        return Properties.WithThreadProperty(
            Properties.RsaMaxMRTests, "0", () => new RsaKeyParameters(isPrivate: false, published.Modulus, published.PublicExponent));
    }

    /// <summary>RFC 6376 §3.6.1 says RSAPublicKey; nearly everybody publishes SubjectPublicKeyInfo.</summary>
    private static Asn1Object Unwrapped(byte[] octets)
    {
        var sequence = Asn1Sequence.GetInstance(octets);
        if (sequence[0] is DerInteger)
            return sequence;
        var info = SubjectPublicKeyInfo.GetInstance(sequence);
        return info.Algorithm.Algorithm.Equals(PkcsObjectIdentifiers.RsaEncryption)
            ? info.ParsePublicKey()
            : throw new FormatException("The key is of another type.");
    }
}
