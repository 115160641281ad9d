using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using MimeKit;
using MimeKit.Cryptography;

namespace SmtpTransport.Gateway.Reading;

/// <summary>
/// Takes a mail out of the signature that is wrapped around all of it (RFC 8551 §3.5.2), where programs that know no S/MIME see
/// nothing but <c>smime.p7m</c>. Whether the signature is good is not looked at, and not said.
/// </summary>
internal static class OpaqueSignature
{
    /// <summary>Octets: it is taken apart in memory.</summary>
    private const int MaxOctets = 8 * 1024 * 1024;

    private static readonly ParserOptions Options = new() { MaxMimeDepth = 30 };

    /// <summary>Null for anything else, and for what cannot be read: then it stays the file that it is.</summary>
    public static MimeEntity? Open(ApplicationPkcs7Mime part)
    {
        if (part.SecureMimeType is not (SecureMimeType.SignedData or SecureMimeType.Unknown))
            return null;
        var (octets, unread) = PartOctets.Read(part, MaxOctets);
        if (unread > 0)
            return null;
        try
        {
            var signed = new SignedCms();
            signed.Decode(octets);
            return signed.ContentInfo.Content is { Length: > 0 } content ? MimeEntity.Load(Options, new MemoryStream(content)) : null;
        }
        catch (Exception e) when (e is CryptographicException or FormatException or IOException)
        {
            return null;
        }
    }
}
