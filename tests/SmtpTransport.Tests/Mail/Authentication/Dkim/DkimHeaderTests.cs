using System.Text;
using MimeKit;
using MimeKit.Cryptography;
using SmtpTransport.Mail.Authentication.Dkim;

namespace SmtpTransport.Tests.Mail.Authentication.Dkim;

/// <summary>The examples of RFC 6376 §3.4.5, and what its other sections ask of the octets that are signed.</summary>
internal sealed class DkimHeaderTests
{
    private const string Mail = "DKIM-Signature: v=1; bh=x;\r\n b = ab\r\n cd ; d=mail.test\r\nA: X\r\nB : Y\t\r\n\tZ  \r\nC: 1\r\nC: 2\r\nContent-Type: text/plain\r\n\r\nD\r\n";

    [TestCase("relaxed", "a:b", "a:X\r\nb:Y Z\r\n")]
    [TestCase("simple", "a:b", "A: X\r\nB : Y\t\r\n\tZ  \r\n")]
    [TestCase("relaxed", "c:c:c", "c:2\r\nc:1\r\n", Description = "The last first, and nothing for what is not there")]
    [TestCase("relaxed", "content-type:b:nowhere", "content-type:text/plain\r\nb:Y Z\r\n")]
    public void Fields_are_written_as_their_signer_saw_them(string form, string names, string expected) =>
        Assert.That(Signed(Mail, form, names)[..expected.Length], Is.EqualTo(expected));

    [TestCase("relaxed", "dkim-signature:v=1; bh=x; b =; d=mail.test")]
    [TestCase("simple", "DKIM-Signature: v=1; bh=x;\r\n b =; d=mail.test")]
    public void The_signature_comes_last_without_its_value_and_line_end(string form, string expected) =>
        Assert.That(Signed(Mail, form, "nowhere"), Is.EqualTo(expected));

    [Test]
    public void A_mail_that_is_kept_with_LF_is_signed_with_CRLF() =>
        Assert.That(Signed(Mail.ReplaceLineEndings("\n"), "simple", "b"), Is.EqualTo(Signed(Mail, "simple", "b")));

    private static string Signed(string mail, string form, string names)
    {
        using var message = MimeMessage.Load(new MemoryStream(Encoding.ASCII.GetBytes(mail)));
        var canonicalization = form == "relaxed" ? DkimCanonicalizationAlgorithm.Relaxed : DkimCanonicalizationAlgorithm.Simple;
        var signature = new DkimSignature(
            "mail.test", "s1", "mail.test", DkimSignatureAlgorithm.RsaSha256, canonicalization, canonicalization, names.Split(':'), "", null, "");
        return Encoding.ASCII.GetString(DkimHeader.Signed(message, message.Headers.First(header => header.Id == HeaderId.DkimSignature), signature).Span);
    }
}
