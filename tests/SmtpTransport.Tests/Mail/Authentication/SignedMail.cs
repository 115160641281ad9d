using System.Security.Cryptography;
using System.Text;

namespace SmtpTransport.Tests.Mail.Authentication;

/// <summary>Mails signed by other means than those that verify them: RFC 6376 by hand, relaxed header, simple body.</summary>
internal sealed class SignedMail : IDisposable
{
    private readonly RSA rsa;

    public SignedMail(int bits = 2048) => rsa = RSA.Create(bits);

    public string Record => $"v=DKIM1; k=rsa; p={Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo())}";

    /// <summary>The mail with a signature on top.</summary>
    /// <param name="more">Further tags, with a semicolon behind each.</param>
    public string Sign(string mail, string domain = "mail.test", string selector = "s1", string more = "", string? signedBody = null)
    {
        mail = mail.ReplaceLineEndings("\r\n");
        var end = mail.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var body = (signedBody?.ReplaceLineEndings("\r\n") ?? mail[(end + 4)..].TrimEnd('\r', '\n') + "\r\n");
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.Latin1.GetBytes(body)));
        var from = mail[..end].Split("\r\n").Last(line => line.StartsWith("From:", StringComparison.OrdinalIgnoreCase));
        var tags = $"v=1; a=rsa-sha256; c=relaxed/simple; d={domain}; s={selector}; {more} h=from; bh={hash}; b=";
        var signed = $"from:{from[5..].Trim()}\r\ndkim-signature:{string.Join(' ', tags.Split(' ', StringSplitOptions.RemoveEmptyEntries))}";
        var signature = Convert.ToBase64String(rsa.SignData(Encoding.Latin1.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        return $"DKIM-Signature: {tags}{signature}\r\n{mail}";
    }

    public void Dispose() => rsa.Dispose();
}
