using System.Buffers.Binary;
using System.Security.Cryptography;
using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Gateway.Links;

/// <summary>
/// Makes the links that messages carry. A token is an HMAC over what a mail is known by: nobody can guess one without our
/// key, and a sender's retry, or a message that is sent again after a crash, has the same.
/// </summary>
public sealed class PublicLinks(PublicLinkOptions options, byte[] key, TimeProvider time)
{
    /// <summary>Everything for the public lies under it, so that a proxy publishes it alone.</summary>
    public const string Path = "/m/";

    /// <summary>128 bits: no guess will ever hit.</summary>
    private const int TokenOctets = 16;

    private readonly string prefix = options.PublicUrl?.AbsoluteUri.TrimEnd('/') + Path;

    public bool ArePublished => options.PublicUrl is not null;

    /// <param name="part">0 for the whole mail, n for its n-th file.</param>
    /// <returns>Null when nothing is published here.</returns>
    public MailLink? To(MailFingerprint mail, int part)
    {
        if (options.PublicUrl is null)
            return null;
        var token = Token(mail, part);
        return new MailLink(token, part, prefix + token, time.GetUtcNow() + options.KeepFor);
    }

    private string Token(MailFingerprint mail, int part)
    {
        Span<byte> known = stackalloc byte[SHA256.HashSizeInBytes + sizeof(int)];
        mail.Octets.CopyTo(known);
        BinaryPrimitives.WriteInt32BigEndian(known[SHA256.HashSizeInBytes..], part);
        Span<byte> mac = stackalloc byte[SHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, known, mac);

        // Clients that look for links in a text leave out a "_" at the end of one.
        return Convert.ToHexStringLower(mac[..TokenOctets]);
    }
}
