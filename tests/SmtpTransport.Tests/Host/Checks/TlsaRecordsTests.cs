using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SmtpTransport.Host.Checks;
using SmtpTransport.Mail.Dns;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Host.Checks;

internal sealed class TlsaRecordsTests
{
    private const string Name = "_25._tcp.mx.example.org";

    private static readonly X509Certificate2 Certificate = Create();
    private static readonly byte[] Hash = SHA256.HashData(Certificate.PublicKey.ExportSubjectPublicKeyInfo());
    private static readonly string Record = $"{Name}. IN TLSA 3 1 1 {Convert.ToHexStringLower(Hash)}";

    [Test]
    public async Task A_record_of_our_certificate_is_right() =>
        Assert.That(await RunAsync(new FakeDns().Tlsa(Name, Of(3, Hash))), Is.EqualTo(Finding.Ok("TLSA", "fits our certificate")));

    [Test]
    public async Task One_of_several_records_is_enough_so_that_keys_can_roll() =>
        Assert.That((await RunAsync(new FakeDns().Tlsa(Name, Of(3, new byte[32]), Of(3, Hash)))).Grade, Is.EqualTo(Grade.Ok));

    [Test]
    public async Task A_missing_record_is_spelled_out()
    {
        var finding = await RunAsync(new FakeDns());

        Assert.That((finding.Grade, finding.Cure), Is.EqualTo((Grade.Advice, Record)));
    }

    [Test]
    public async Task A_record_of_another_certificate_is_answered_with_ours()
    {
        var finding = await RunAsync(new FakeDns().Tlsa(Name, Of(3, new byte[32])));

        Assert.That((finding.Grade, finding.Cure), Is.EqualTo((Grade.Advice, Record)));
        Assert.That(finding.Text, Does.StartWith("is wrong, the certificate matches none of the TLSA records"));
    }

    [Test]
    public async Task Usages_of_the_web_do_not_count_for_mail()
    {
        var finding = await RunAsync(new FakeDns().Tlsa(Name, Of(1, Hash)));

        Assert.That((finding.Text, finding.Cure), Is.EqualTo(("has no record that counts for mail (RFC 7672 §3.1)", Record)));
    }

    [Test]
    public async Task Silence_of_the_name_servers_keeps_mail_away() =>
        Assert.That((await RunAsync(new FakeDns().Tlsa(Name, DnsStatus.Failed))).Text, Does.StartWith("DNS did not answer for " + Name));

    [TestCase(true, "Ok")]
    [TestCase(false, "Advice")]
    public async Task Where_the_resolver_tells_an_unsigned_zone_is_named(bool isSigned, string grade)
    {
        var zone = new FakeDns().Tlsa(Name, Of(3, Hash));

        Assert.That((await RunAsync(isSigned ? zone.Signed("example.org") : zone, trustAd: true)).Grade.ToString(), Is.EqualTo(grade));
    }

    private static Task<Finding> RunAsync(FakeDns zone, bool trustAd = false) =>
        new TlsaRecords(zone, new DnsOptions { TrustAd = trustAd }, "mx.example.org").RunAsync([Certificate], DateTimeOffset.UtcNow, CancellationToken.None);

    private static TlsaRecord Of(byte usage, byte[] data) => new(usage, 1, 1, data);

    private static X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=mx.example.org", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(60));
    }
}
