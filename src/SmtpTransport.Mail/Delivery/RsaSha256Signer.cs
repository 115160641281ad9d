using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;

namespace SmtpTransport.Mail.Delivery;

/// <summary>The platform's RSA in the shape that MimeKit's signer asks for. Makes one signature.</summary>
internal sealed class RsaSha256Signer(RSAParameters key) : ISigner
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public string AlgorithmName => "SHA-256withRSA";

    public void Update(byte input) => hash.AppendData([input]);

    public void BlockUpdate(byte[] input, int inOff, int inLen) => hash.AppendData(input, inOff, inLen);

    public void BlockUpdate(ReadOnlySpan<byte> input) => hash.AppendData(input);

    public int GetMaxSignatureSize() => key.Modulus!.Length;

    public byte[] GenerateSignature()
    {
        using (hash)
        using (var rsa = RSA.Create(key))
            return rsa.SignHash(hash.GetHashAndReset(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    public void Init(bool forSigning, ICipherParameters parameters) => throw new NotSupportedException();

    public bool VerifySignature(byte[] signature) => throw new NotSupportedException();

    public void Reset() => throw new NotSupportedException();
}
