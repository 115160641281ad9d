using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SmtpTransport.Host.Checks;

namespace SmtpTransport.Tests.Host.Checks;

internal sealed class CertificateCheckTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [TestCase("mx.example.org", -30, 60, "Ok", "for mx.example.org, until 2027-01-21")]
    [TestCase("*.example.org", -30, 60, "Ok", "for mx.example.org, until 2027-01-21")]
    [TestCase("www.example.org", -30, 60, "Fault", "is not for mx.example.org")]
    [TestCase("mx.example.org", -30, -1, "Fault", "ended on 2026-11-21")]
    [TestCase("mx.example.org", 1, 60, "Fault", "is not valid yet")]
    [TestCase("mx.example.org", -30, 7, "Advice", "ends on 2026-11-29")]
    public void A_certificate_is_for_our_name_and_for_today(string name, int from, int until, string grade, string text)
    {
        using var certificate = Create(name, from, until);

        var finding = Check(certificate).Look([certificate]);

        Assert.That((finding.Grade.ToString(), finding.Text), Is.EqualTo((grade, text)));
    }

    [Test]
    public void A_certificate_that_nobody_signed_is_advice()
    {
        using var certificate = Create("mx.example.org", -30, 60);

        var finding = Check().Look([certificate]);

        Assert.That(finding.Grade, Is.EqualTo(Grade.Advice));
        Assert.That(finding.Text, Does.StartWith("for mx.example.org, until 2027-01-21; no authority"));
    }

    [Test]
    public void No_certificate_is_advice() => Assert.That(Check().Look((SmtpTransport.Host.Configuration.CertificatePair?)null).Grade, Is.EqualTo(Grade.Advice));

    private static CertificateCheck Check(params X509Certificate2[] trusted) => new("mx.example.org", [.. trusted], Now);

    private static X509Certificate2 Create(string name, int from, int until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(Now.AddDays(from), Now.AddDays(until));
    }
}
