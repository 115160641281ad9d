using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace SmtpTransport.Mail.Delivery;

/// <summary>Signs what leaves, with every key that is for the domain of From (RFC 6376).</summary>
internal sealed class DkimSigning(IReadOnlyList<SigningKey> keys, TimeProvider time)
{
    // RFC 6376 §5.4.1, and what decides how a mail is shown. Received belongs to those who carry it.
    private static readonly string[] Fields =
    [
        "From", "Sender", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "Jabber-ID",
        "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition",
    ];

    /// <param name="options">Those that the mail will be written with: they decide about its octets.</param>
    public void Sign(FormatOptions options, MimeMessage mail)
    {
        if (keys.Count == 0 || !MailDomain.TryParse(mail.From.Mailboxes.FirstOrDefault()?.Domain, out var domain))
            return;
        var fields = OverSigned(mail);
        foreach (var key in keys.Where(key => key.Domain is null || key.Domain == domain))
            new Signer(key, MailDomain.ToAscii(domain), time).Sign(options, mail, fields);
    }

    /// <summary>Each field once more than it is there: one that is added on the way breaks the signature (RFC 6376 §8.15).</summary>
    private static List<string> OverSigned(MimeMessage mail)
    {
        var present = mail.Headers.Concat(mail.Body?.Headers ?? []).CountBy(header => header.Field, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(StringComparer.OrdinalIgnoreCase);
        return [.. Fields.SelectMany(field => Enumerable.Repeat(field, present.GetValueOrDefault(field) + 1))];
    }

    private sealed class Signer : DkimSigner
    {
        private readonly TimeProvider time;

        public Signer(SigningKey key, string domain, TimeProvider time)
            : base(key.Key, domain, key.Selector, key.Key is Ed25519PrivateKeyParameters ? DkimSignatureAlgorithm.Ed25519Sha256 : DkimSignatureAlgorithm.RsaSha256)
        {
            this.time = time;
            // Relays touch white space.
            HeaderCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed;
            BodyCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed;
        }

        protected override long GetTimestamp() => time.GetUtcNow().ToUnixTimeSeconds();

        // The platform's RSA takes a tenth of the time.
        protected override ISigner CreateSigningContext() => PrivateKey is RsaPrivateCrtKeyParameters rsa
            ? new RsaSha256Signer(DotNetUtilities.ToRSAParameters(rsa))
            : base.CreateSigningContext();
    }
}
