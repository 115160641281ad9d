using System.Text;
using CsCheck;
using SmtpTransport.Mail.Authentication;
using SmtpTransport.Mail.Authentication.Arc;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Tests.Mail.Authentication.Arc;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ArcTests
{
    private readonly FakeDns dns = new();

    [Test]
    public async Task Intact_chain_names_its_sealers_and_what_they_say()
    {
        var verdict = await EvaluateAsync(new SealedMail(dns).Seal("list.test", "spf=pass dkim=fail dmarc=pass").Seal("forward.test", "spf=fail dkim=pass:mail.test dmarc=fail"));

        Assert.That(verdict.Result, Is.EqualTo(ArcResult.Pass));
        Assert.That(verdict.Sealers, Is.EqualTo(new[] { "list.test", "forward.test" }));
        Assert.That(verdict.Claims, Is.EqualTo(new[] { new ArcClaim("list.test", Dkim: false, Dmarc: true), new ArcClaim("forward.test", Dkim: true, Dmarc: false) }));
    }

    [TestCase("dkim=pass:mail.test", true)]
    [TestCase("dkim=pass:evil.test dkim=pass:Mail.Test", true)]
    [TestCase("dkim=pass:evil.test", false)]
    [TestCase("dkim=pass:a.mail.test", false)]
    [TestCase("dkim=pass:test", false)]
    [TestCase("dkim=fail:mail.test dkim=pass:evil.test", false)]
    [TestCase("dkim=pass", false)]
    public async Task A_signature_that_passed_elsewhere_counts_for_its_own_domain(string found, bool counts) =>
        Assert.That((await EvaluateAsync(new SealedMail(dns).Seal("list.test", found))).Claims.Single().Dkim, Is.EqualTo(counts));

    [Test]
    public async Task Mail_without_seals_has_no_verdict() =>
        Assert.That((await EvaluateAsync("From: bob@mail.test\r\n\r\nHello\r\n"u8.ToArray())).Result, Is.EqualTo(ArcResult.None));

    [TestCase("list.test forward.test", "list.test", Description = "All are trusted: who saw the mail first")]
    [TestCase("LIST.test Forward.Test", "list.test")]
    [TestCase("forward.test", "forward.test", Description = "What came to it from others does not count")]
    [TestCase("list.test", null, Description = "Whoever came after it could have changed anything")]
    [TestCase("other.test", null)]
    [TestCase("", null)]
    public async Task Word_of_a_sealer_counts_when_all_behind_it_are_trusted(string trusted, string? sealer)
    {
        var verdict = await EvaluateAsync(new SealedMail(dns).Seal("list.test", "dmarc=pass").Seal("forward.test", "dmarc=fail"));

        Assert.That(verdict.Trusted(trusted.Split(' '))?.Sealer, Is.EqualTo(sealer));
    }

    [Test]
    public async Task Broken_chain_claims_nothing()
    {
        var mail = Encoding.ASCII.GetString(new SealedMail(dns).Seal("list.test", "dmarc=pass").Octets).Replace("bob@mail.test", "eve@mail.test", StringComparison.Ordinal);

        var verdict = await EvaluateAsync(Encoding.ASCII.GetBytes(mail));

        Assert.That(verdict.Result, Is.EqualTo(ArcResult.Fail));
        Assert.That(verdict.Trusted(["list.test"]), Is.Null);
    }

    [Test]
    public async Task Forged_words_of_a_sealer_break_the_chain()
    {
        var mail = Encoding.ASCII.GetString(new SealedMail(dns).Seal("list.test", "dmarc=fail").Octets).Replace("dmarc=fail", "dmarc=pass", StringComparison.Ordinal);

        Assert.That((await EvaluateAsync(Encoding.ASCII.GetBytes(mail))).Result, Is.EqualTo(ArcResult.Fail));
    }

    [Test]
    public async Task Failing_DNS_is_a_temporary_error()
    {
        var mail = new SealedMail(dns).Seal("list.test", "dmarc=pass");
        dns.Txt("s1._domainkey.list.test", DnsStatus.Failed);

        Assert.That((await EvaluateAsync(mail)).Result, Is.EqualTo(ArcResult.TempError));
    }

    [Test]
    public async Task Each_key_is_asked_for_once()
    {
        await EvaluateAsync(new SealedMail(dns).Seal("list.test", "dmarc=pass").Seal("list.test", "dmarc=pass").Seal("list.test", "dmarc=pass"));

        Assert.That(dns.Asked, Is.EqualTo(new[] { "TXT s1._domainkey.list.test" }));
    }

    [Test]
    public async Task Heaps_of_seals_are_not_counted()
    {
        var heap = string.Concat(Enumerable.Range(1, 50).Select(n => $"ARC-Seal: i={n}; cv=pass; d=a{n}.test; s=s1; a=rsa-sha256; b={new string('A', 8000)}\r\n"));

        Assert.That((await EvaluateAsync(Encoding.ASCII.GetBytes(heap + "From: bob@mail.test\r\n\r\n"))).Result, Is.EqualTo(ArcResult.Fail));
        Assert.That(dns.Asked, Is.Empty);
    }

    [Test]
    public void Arbitrary_fields_are_never_too_much()
    {
        string[] fragments =
        [
            "ARC-Seal: ", "ARC-Message-Signature: ", "ARC-Authentication-Results: ", "i=1; ", "i=2; ", "i=51; ", "cv=none; ", "cv=pass; ", "a=rsa-sha256; ", "d=mail.test; ", "s=s1; ", "b=AAAA; ", "bh=AAAA; ",
            "h=from; ", "h=; ", "mx.test; dmarc=pass", "\r\n", "\r\n ", ";", "=", "\0", "ä", "(", "\"",
        ];
        Gen.Int[0, fragments.Length - 1].Array[0, 40].Select(pieces => Encoding.UTF8.GetBytes(string.Concat(pieces.Select(piece => fragments[piece])))).Sample(
            octets => EvaluateAsync([.. "ARC-Seal: "u8, .. octets]).GetAwaiter().GetResult().Result != ArcResult.Pass, iter: 3000);
    }

    private Task<ArcVerdict> EvaluateAsync(SealedMail mail) => EvaluateAsync(mail.Octets);

    private Task<ArcVerdict> EvaluateAsync(byte[] mail) => new ArcEvaluator(dns).EvaluateAsync(new MemoryStream(mail), CancellationToken.None);
}
