using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Spool;

/// <summary>
/// Knows a mail again: an HMAC of sender, recipient, Message-ID and a hash of the body after the header, so that a sender's
/// retry shows nothing twice and carries the same stanza ids. Without a Message-ID it is made of the mail id, and only the
/// ids are stable.
/// </summary>
public sealed record MailFingerprint
{
    private MailFingerprint(byte[] octets, bool hasMessageId) => (Octets, HasMessageId) = (octets, hasMessageId);

    public byte[] Octets { get; }

    /// <summary>Only such mail can be recognised when it comes again.</summary>
    public bool HasMessageId { get; }

    /// <summary>One octet for <see cref="HasMessageId"/>, then the HMAC.</summary>
    internal byte[] Stored => [HasMessageId ? (byte)1 : (byte)0, .. Octets];

    public static MailFingerprint Of(byte[] key, EmailAddress? reversePath, Jid user, string messageId, ReadOnlyMemory<byte> bodyHash, string mailId)
    {
        // NUL parts the fields: it can be in none of them.
        var known = messageId.Length > 0
            ? $"{reversePath?.Key}\0{user}\0{messageId}\0{Convert.ToHexString(bodyHash.Span)}"
            : $"{user}\0{mailId}";
        return new MailFingerprint(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(known)), messageId.Length > 0);
    }

    /// <summary>Of what is said of one recipient, when this one is of the mail as a whole.</summary>
    public MailFingerprint For(EmailAddress recipient) => new(SHA256.HashData([.. Octets, .. Encoding.UTF8.GetBytes(recipient.Key)]), HasMessageId);

    /// <summary>The id of part <paramref name="part"/> (from 0): unique, and not to be guessed without our key.</summary>
    public string StanzaId(int part)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. Octets, (byte)part], hash);
        return Base64Url.EncodeToString(hash[..18]);
    }

    internal static MailFingerprint FromStored(byte[] stored) => new(stored[1..], stored[0] != 0);
}
