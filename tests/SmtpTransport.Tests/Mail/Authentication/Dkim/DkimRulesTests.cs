using System.Text;
using CsCheck;
using Org.BouncyCastle.Crypto.Parameters;
using SmtpTransport.Mail.Authentication;
using SmtpTransport.Mail.Authentication.Dkim;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Tests.Mail.Authentication.Dkim;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DkimRulesTests : IDisposable
{
    private const string Mail = "From: Bob <bob@mail.test>\nSubject: Plan\n\nHello\n";

    private static readonly string[] Fragments =
    [
        "v=1; ", "a=rsa-sha256; ", "a=ed25519-sha256; ", "d=mail.test; ", "s=s1; ", "h=from; ", "h=from:from:to; ", "bh=AAAA; ", "b=AAAA; ", "b=", "l=99999999999999999999; ", "x=1; ", "t=;", "i=@; ",
            "c=relaxed/relaxed; ", "q=dns/txt; ", "\r\n ", "\r\n", ";", "=", "\0", "ä", "v=DKIM1; ", "k=ed25519; ", "p=; ", "p=MIGf; ", "From: x\r\n", "\r\n\r\n",
    ];

    private readonly TestTime time = new();
    private readonly SignedMail signer = new();
    private readonly FakeDns dns = new();

    [SetUp]
    public void PublishKey() => dns.Txt("s1._domainkey.mail.test", signer.Record);

    public void Dispose() => signer.Dispose();

    [Test]
    public async Task Good_signature_passes() =>
        Assert.That(await EvaluateAsync(signer.Sign(Mail)), Is.EqualTo(new[] { new DkimVerdict(DkimResult.Pass, "mail.test", "s1") }));

    [Test]
    public async Task Mail_without_a_signature_has_no_verdict() => Assert.That(await EvaluateAsync(Mail), Is.Empty);

    [Test]
    public async Task Changed_body_fails() => await ExpectAsync(signer.Sign(Mail) + "More\r\n", DkimResult.Fail, "body");

    [Test]
    public async Task Changed_author_fails() =>
        await ExpectAsync(signer.Sign(Mail).Replace("bob@mail.test", "eve@mail.test", StringComparison.Ordinal), DkimResult.Fail, "signature");

    [Test]
    public async Task Body_is_hashed_as_it_came_and_not_as_a_MIME_writer_would_have_it()
    {
        // White space behind boundaries, no closing boundary, an odd encoding, a preamble that looks like a header.
        const string Odd = """
            From: bob@mail.test
            Content-Type: multipart/mixed; boundary="x"
            Content-Transfer-Encoding: base64

            Preamble: text
            --x  
            content-TYPE :text/plain

            one
            --x	
            Content-Type: multipart/alternative; boundary=y

            --y
            two
            --y--
            --y--  trailing
            begin 644 file
            From here on
            .
            """;

        await ExpectAsync(signer.Sign(Odd), DkimResult.Pass);
    }

    [TestCase("From: bob@mail.test\n\n")]
    [TestCase("From: bob@mail.test\n\nno line end")]
    [TestCase("From: bob@mail.test\n\nempty lines at the end\n\n\n\n")]
    public async Task Ends_of_bodies_are_brought_into_shape(string mail) => await ExpectAsync(signer.Sign(mail), DkimResult.Pass);

    [Test]
    public async Task Length_that_covers_the_body_passes() =>
        await ExpectAsync(signer.Sign(Mail, more: "l=7;", signedBody: "Hello\n"), DkimResult.Pass);

    [Test]
    public async Task Text_after_the_signed_length_is_no_pass() =>
        await ExpectAsync(signer.Sign(Mail + "Buy this\n", more: "l=7;", signedBody: "Hello\n"), DkimResult.Policy, "added");

    [Test]
    public async Task Signature_is_ignored_once_it_has_expired()
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var mail = signer.Sign(Mail, more: $"t={now - 10}; x={now};");
        await ExpectAsync(mail, DkimResult.Pass);

        time.Advance(TimeSpan.FromSeconds(1));

        await ExpectAsync(mail, DkimResult.None, "expired");
    }

    [TestCase("i=@mail.test;", DkimResult.Pass)]
    [TestCase("i=bob@news.mail.test;", DkimResult.Pass)]
    [TestCase("i=bob=40mail.test;", DkimResult.Pass)]
    [TestCase("i=bob@notmail.test;", DkimResult.None)]
    [TestCase("i=bob@test;", DkimResult.None)]
    [TestCase("i=bob;", DkimResult.PermError)]
    public async Task Identity_lies_within_the_domain(string tag, DkimResult expected) => await ExpectAsync(signer.Sign(Mail, more: tag), expected);

    [Test]
    public async Task Strict_key_is_not_for_subdomains()
    {
        dns.Txt("s1._domainkey.mail.test", signer.Record + "; t=s");

        await ExpectAsync(signer.Sign(Mail, more: "i=bob@news.mail.test;"), DkimResult.PermError, "subdomains");
        await ExpectAsync(signer.Sign(Mail), DkimResult.Pass);
    }

    [Test]
    public async Task Testing_domain_is_not_held_to_a_broken_signature()
    {
        dns.Txt("s1._domainkey.mail.test", signer.Record + "; t=y");

        await ExpectAsync(signer.Sign(Mail) + "More\r\n", DkimResult.Neutral, "testing");
        await ExpectAsync(signer.Sign(Mail), DkimResult.Pass);
    }

    [TestCase("v=DKIM1; p=", "revoked")]
    [TestCase("v=DKIM1; p=AAAA", "read")]
    [TestCase("v=DKIM1; p=!", "read")]
    [TestCase("v=spf1 -all", "read")]
    [TestCase("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "type")]
    public async Task Unusable_key_is_a_permanent_error(string record, string reason)
    {
        dns.Txt("s1._domainkey.mail.test", record);

        await ExpectAsync(signer.Sign(Mail), DkimResult.PermError, reason);
    }

    [Test]
    public async Task Missing_key_is_a_permanent_error() => await ExpectAsync(signer.Sign(Mail, selector: "other"), DkimResult.PermError, "no key");

    [Test]
    public async Task Failing_DNS_is_a_temporary_error()
    {
        dns.Txt("s1._domainkey.mail.test", DnsStatus.Failed);

        await ExpectAsync(signer.Sign(Mail), DkimResult.TempError);
    }

    [TestCase(1016, DkimResult.Fail)]
    [TestCase(1024, DkimResult.Pass)]
    public async Task Short_RSA_key_fails(int bits, DkimResult expected)
    {
        using var other = new SignedMail(bits);
        dns.Txt("s1._domainkey.mail.test", other.Record);

        await ExpectAsync(other.Sign(Mail), expected);
    }

    [Test]
    public async Task Key_that_would_take_long_to_use_is_not_read()
    {
        var modulus = Enumerable.Repeat((byte)0xff, 2048).ToArray();
        var key = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (key.PushSequence())
        {
            key.WriteInteger(new System.Numerics.BigInteger(modulus, isUnsigned: true));
            key.WriteInteger(65537);
        }

        dns.Txt("s1._domainkey.mail.test", $"v=DKIM1; p={Convert.ToBase64String(key.Encode())}");

        await ExpectAsync(signer.Sign(Mail), DkimResult.PermError, "read");
    }

    [Test]
    public async Task Only_the_first_eight_signatures_are_looked_at()
    {
        var mail = Mail.ReplaceLineEndings("\r\n");
        for (var n = 0; n < 20; n++)
            mail = $"DKIM-Signature: v=1; a=rsa-sha256; d=mail.test; s=k{n}; h=from; bh=AAAA; b=AAAA\r\n{mail}";

        Assert.That(await EvaluateAsync(mail), Has.Count.EqualTo(8));
        Assert.That(dns.Asked, Has.Count.EqualTo(8));
    }

    [Test]
    public async Task Domain_is_reported_in_A_labels()
    {
        dns.Txt("s1._domainkey.xn--mnchen-3ya.test", signer.Record);
        var signed = Encoding.UTF8.GetBytes(signer.Sign(Mail, domain: "xn--mnchen-3ya.test"));

        Assert.That((await new DkimEvaluator(dns, time).EvaluateAsync(new MemoryStream(signed), CancellationToken.None)).Single(),
            Is.EqualTo(new DkimVerdict(DkimResult.Pass, "xn--mnchen-3ya.test", "s1")));
    }

    [Test]
    public async Task Large_mail_is_not_held_in_memory()
    {
        var lines = string.Concat(Enumerable.Repeat(new string('a', 70) + "\r\n", 20 * 1024 * 1024 / 72));
        var content = new MemoryStream(Encoding.ASCII.GetBytes(signer.Sign("From: bob@mail.test\n\n" + lines)));
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var verdicts = await new DkimEvaluator(dns, time).EvaluateAsync(content, CancellationToken.None);

        Assert.That(verdicts.Single().Result, Is.EqualTo(DkimResult.Pass));
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(4 * 1024 * 1024));
    }

    [Test]
    public void Arbitrary_octets_are_never_too_much() =>
        Gen.OneOf(Gen.Byte.Array[0, 400], Gen.String[Gen.Char.AlphaNumeric, 0, 300].Select(Encoding.ASCII.GetBytes), Pieces()).Sample(octets =>
        {
            var mail = (byte[])[.. "From: bob@mail.test\r\nDKIM-Signature: "u8, .. octets];
            var verdicts = new DkimEvaluator(dns, time).EvaluateAsync(new MemoryStream(mail), CancellationToken.None).GetAwaiter().GetResult();
            return verdicts.All(verdict => verdict.Result != DkimResult.Pass);
        }, iter: 2000);

    [Test]
    public void Arbitrary_key_records_are_never_too_much() =>
        Gen.OneOf(Gen.String[0, 200], Gen.Byte.Array[0, 300].Select(key => $"v=DKIM1; p={Convert.ToBase64String(key)}"), Pieces().Select(Encoding.ASCII.GetString))
            .Sample(record => DkimKeyRecord.Parse(record)?.Key is null or RsaKeyParameters { Modulus.BitLength: <= 8192 } or Ed25519PublicKeyParameters, iter: 2000);

    private static Gen<byte[]> Pieces() => Gen.Int[0, Fragments.Length - 1].Array[0, 20]
        .Select(pieces => Encoding.UTF8.GetBytes(string.Concat(pieces.Select(piece => Fragments[piece]))));

    private async Task ExpectAsync(string mail, DkimResult result, string? reason = null)
    {
        var verdict = (await EvaluateAsync(mail)).Single();
        Assert.That(verdict.Result, Is.EqualTo(result), verdict.Reason);
        if (reason is not null)
            Assert.That(verdict.Reason, Does.Contain(reason));
    }

    private Task<IReadOnlyList<DkimVerdict>> EvaluateAsync(string mail) =>
        new DkimEvaluator(dns, time).EvaluateAsync(new MemoryStream(Encoding.Latin1.GetBytes(mail)), CancellationToken.None);
}
