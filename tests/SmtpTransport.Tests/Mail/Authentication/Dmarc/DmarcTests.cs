using System.Text;
using CsCheck;
using MimeKit;
using SmtpTransport.Mail.Authentication;
using SmtpTransport.Mail.Authentication.Dmarc;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Tests.Mail.Authentication.Dmarc;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DmarcTests
{
    private static readonly SpfVerdict NoSpf = new(SpfResult.None, "");

    private readonly FakeDns dns = new();

    [TestCase("v=DMARC1; p=reject", DmarcPolicy.Reject)]
    [TestCase("v=DMARC1; p=quarantine", DmarcPolicy.Quarantine)]
    [TestCase("v=DMARC1;p=none;", DmarcPolicy.None)]
    [TestCase("V = DMARC1 ; P = Reject ;", DmarcPolicy.Reject, Description = "Names and values without case, white space anywhere")]
    [TestCase("v=DMARC1; rua=mailto:d@mail.test; p=reject", DmarcPolicy.Reject, Description = "p= need not be second any more")]
    [TestCase("v=DMARC1; p=reject; pct=0; rf=afrf; ri=1; x-new=1", DmarcPolicy.Reject, Description = "Gone and unknown tags")]
    [TestCase("v=DMARC1; p=reject; garbage; =; adkim", DmarcPolicy.Reject)]
    [TestCase("v=DMARC1; p=reject; p=none", DmarcPolicy.Reject)]
    [TestCase("v=DMARC1; p=reject; t=y", DmarcPolicy.Quarantine, Description = "Testing: one level less")]
    [TestCase("v=DMARC1; p=quarantine; t=y", DmarcPolicy.None)]
    [TestCase("v=DMARC1; p=none; t=y", DmarcPolicy.None)]
    [TestCase("v=DMARC1; p=reject; sp=none; np=none", DmarcPolicy.Reject, Description = "Its own policy, not that for names below")]
    [TestCase("v=DMARC1; p=odd; rua=mailto:d@mail.test", DmarcPolicy.None)]
    [TestCase("v=DMARC1; p=reject; sp=odd; rua=mailto:d@mail.test", DmarcPolicy.None, Description = "RFC 9989 §4.10.1")]
    public async Task Failure_is_met_by_the_policy(string record, DmarcPolicy policy)
    {
        dns.Txt("_dmarc.mail.test", record);

        Assert.That(await EvaluateAsync("mail.test"), Is.EqualTo(new DmarcVerdict(DmarcResult.Fail, "mail.test", policy, "mail.test")));
    }

    [TestCase("v=DMARC2; p=reject")]
    [TestCase("v=dmarc1; p=reject")]
    [TestCase("p=reject; v=DMARC1")]
    [TestCase("v=DMARC1x; p=reject")]
    [TestCase("v=DMARC1; p=odd")]
    [TestCase("v=DMARC1")]
    [TestCase("v=DMARC1; p=odd; rua=https://mail.test/")]
    [TestCase("v=spf1 -all")]
    public async Task Broken_record_is_none(string record)
    {
        dns.Txt("_dmarc.mail.test", record);

        Assert.That((await EvaluateAsync("mail.test")).Result, Is.EqualTo(DmarcResult.None));
    }

    [Test]
    public async Task Two_records_at_one_name_are_none()
    {
        dns.Txt("_dmarc.mail.test", "v=DMARC1; p=reject", "v=DMARC1; p=none");

        Assert.That((await EvaluateAsync("mail.test")).Result, Is.EqualTo(DmarcResult.None));
    }

    [Test]
    public async Task Records_of_others_beside_it_do_not_matter()
    {
        dns.Txt("_dmarc.mail.test", "google-site-verification=1", "v=DMARC1; p=reject");

        Assert.That((await EvaluateAsync("mail.test")).Policy, Is.EqualTo(DmarcPolicy.Reject));
    }

    // From, what signed, the outcome; the zone is the same for all.
    [TestCase("example.com", "example.com", DmarcResult.Pass, TestName = "Same domain is aligned")]
    [TestCase("example.com", "EXAMPLE.com", DmarcResult.Pass, TestName = "Case does not matter")]
    [TestCase("example.com", "mail.example.com", DmarcResult.Pass, TestName = "Subdomain of the author is aligned")]
    [TestCase("news.example.com", "example.com", DmarcResult.Pass, TestName = "Domain above the author is aligned")]
    [TestCase("a.example.com", "b.example.com", DmarcResult.Pass, TestName = "Sister is aligned")]
    [TestCase("example.com", "example.net", DmarcResult.Fail, TestName = "Other domain is not aligned")]
    [TestCase("example.com", "notexample.com", DmarcResult.Fail, TestName = "Longer name is not aligned")]
    [TestCase("example.com", "com", DmarcResult.Fail, TestName = "Top-level domain is not aligned")]
    [TestCase("strict.test", "strict.test", DmarcResult.Pass, TestName = "Same domain is aligned strictly")]
    [TestCase("strict.test", "mail.strict.test", DmarcResult.Fail, TestName = "Subdomain is not aligned strictly")]
    [TestCase("one.shop.suffix", "two.shop.suffix", DmarcResult.Pass, TestName = "Below a public suffix one organization is aligned with itself")]
    [TestCase("one.suffix", "two.suffix", DmarcResult.Fail, TestName = "Below a public suffix two organizations are not aligned")]
    [TestCase("one.suffix", "suffix", DmarcResult.Fail, TestName = "Public suffix does not vouch for those below it")]
    [TestCase("suffix", "suffix", DmarcResult.Pass, TestName = "Public suffix is aligned with itself")]
    [TestCase("dept.split.test", "split.test", DmarcResult.Fail, TestName = "Domain that stands for itself is not aligned with those above")]
    [TestCase("x.dept.split.test", "y.dept.split.test", DmarcResult.Pass, TestName = "Below a domain that stands for itself all are aligned")]
    [TestCase("split.test", "dept.split.test", DmarcResult.Fail, TestName = "Domain that stands for itself does not vouch for those above")]
    [TestCase("none.invalid", "none.invalid", DmarcResult.None, TestName = "Without a record there is no verdict")]
    public async Task Alignment_follows_the_tree(string author, string signer, DmarcResult expected)
    {
        dns.Txt("_dmarc.example.com", "v=DMARC1; p=reject")
            .Txt("_dmarc.strict.test", "v=DMARC1; p=reject; adkim=s; aspf=s")
            .Txt("_dmarc.suffix", "v=DMARC1; p=reject; psd=y")
            .Txt("_dmarc.shop.suffix", "v=DMARC1; p=reject")
            .Txt("_dmarc.split.test", "v=DMARC1; p=reject")
            .Txt("_dmarc.dept.split.test", "v=DMARC1; p=reject; psd=n");

        Assert.That((await EvaluateAsync(author, Signed(signer))).Result, Is.EqualTo(expected), "DKIM");
        Assert.That((await EvaluateAsync(author, spf: new SpfVerdict(SpfResult.Pass, signer))).Result, Is.EqualTo(expected), "SPF");
    }

    [Test]
    public async Task Each_check_has_its_own_strictness()
    {
        dns.Txt("_dmarc.mail.test", "v=DMARC1; p=reject; adkim=s; aspf=r");

        Assert.That((await EvaluateAsync("mail.test", Signed("a.mail.test"))).Result, Is.EqualTo(DmarcResult.Fail));
        Assert.That((await EvaluateAsync("mail.test", spf: new SpfVerdict(SpfResult.Pass, "a.mail.test"))).Result, Is.EqualTo(DmarcResult.Pass));
    }

    [TestCase(SpfResult.SoftFail)]
    [TestCase(SpfResult.Neutral)]
    [TestCase(SpfResult.Fail)]
    [TestCase(SpfResult.PermError)]
    public async Task Only_a_pass_of_SPF_counts(SpfResult result)
    {
        dns.Txt("_dmarc.mail.test", "v=DMARC1; p=reject");

        Assert.That((await EvaluateAsync("mail.test", spf: new SpfVerdict(result, "mail.test"))).Result, Is.EqualTo(DmarcResult.Fail));
    }

    [TestCase(DkimResult.None)]
    [TestCase(DkimResult.Fail)]
    [TestCase(DkimResult.Policy)]
    [TestCase(DkimResult.Neutral)]
    [TestCase(DkimResult.PermError)]
    public async Task Only_a_pass_of_DKIM_counts(DkimResult result)
    {
        dns.Txt("_dmarc.mail.test", "v=DMARC1; p=reject");

        Assert.That((await EvaluateAsync("mail.test", new DkimVerdict(result, "mail.test", "s1"))).Result, Is.EqualTo(DmarcResult.Fail));
    }

    [TestCase("org.test", DmarcPolicy.Reject, "org.test", TestName = "The domain itself has p=")]
    [TestCase("there.org.test", DmarcPolicy.Quarantine, "org.test", TestName = "A name below has sp=")]
    [TestCase("missing.org.test", DmarcPolicy.None, "org.test", TestName = "A name that does not exist has np=")]
    [TestCase("deep.down.own.org.test", DmarcPolicy.Quarantine, "org.test", TestName = "A record between the author and the organization is not asked")]
    [TestCase("own.org.test", DmarcPolicy.None, "own.org.test", TestName = "A name with a record of its own has that one's p=")]
    [TestCase("shop.suffix", DmarcPolicy.Quarantine, "suffix", TestName = "An organization without a record has the sp= of its public suffix")]
    [TestCase("missing.suffix", DmarcPolicy.Reject, "suffix", TestName = "An organization that does not exist has the np= of its public suffix")]
    public async Task Policy_is_that_of(string author, DmarcPolicy policy, string where)
    {
        dns.Txt("_dmarc.org.test", "v=DMARC1; p=reject; sp=quarantine; np=none")
            .Txt("_dmarc.own.org.test", "v=DMARC1; p=none")
            .Txt("_dmarc.suffix", "v=DMARC1; p=none; sp=quarantine; np=reject; psd=y")
            .Address("there.org.test", "192.0.2.1").Address("deep.down.own.org.test", "192.0.2.1").Address("shop.suffix", "192.0.2.1");

        Assert.That(await EvaluateAsync(author), Is.EqualTo(new DmarcVerdict(DmarcResult.Fail, author, policy, where)));
    }

    [Test]
    public async Task Without_np_a_name_that_does_not_exist_has_sp()
    {
        dns.Txt("_dmarc.org.test", "v=DMARC1; p=none; sp=reject");

        Assert.That((await EvaluateAsync("missing.org.test")).Policy, Is.EqualTo(DmarcPolicy.Reject));
    }

    [Test]
    public async Task A_walk_asks_eight_questions_at_most_and_skips_the_middle_of_long_names()
    {
        await EvaluateAsync("a.b.c.d.e.f.g.h.i.j.mail.test");

        Assert.That(dns.Asked, Is.EqualTo(new[]
        {
            "TXT _dmarc.a.b.c.d.e.f.g.h.i.j.mail.test", "TXT _dmarc.f.g.h.i.j.mail.test", "TXT _dmarc.g.h.i.j.mail.test", "TXT _dmarc.h.i.j.mail.test",
            "TXT _dmarc.i.j.mail.test", "TXT _dmarc.j.mail.test", "TXT _dmarc.mail.test", "TXT _dmarc.test",
        }));
    }

    [TestCase("a.test", new[] { "a.test", "test" })]
    [TestCase("test", new[] { "test" })]
    [TestCase("a.b.c.d.e.f.g.test", new[] { "a.b.c.d.e.f.g.test", "b.c.d.e.f.g.test", "c.d.e.f.g.test", "d.e.f.g.test", "e.f.g.test", "f.g.test", "g.test", "test" })]
    public void Short_names_are_walked_label_by_label(string domain, string[] names) => Assert.That(DmarcTree.Names(domain), Is.EqualTo(names));

    [TestCase("_dmarc.mail.test")]
    [TestCase("_dmarc.test")]
    public async Task Failing_DNS_is_a_temporary_error(string name)
    {
        dns.Txt(name, DnsStatus.Failed);

        Assert.That((await EvaluateAsync("mail.test", Signed("mail.test"))).Result, Is.EqualTo(DmarcResult.TempError));
    }

    [Test]
    public async Task Own_record_and_domain_need_nothing_from_a_DNS_that_fails_above()
    {
        dns.Txt("_dmarc.dept.mail.test", "v=DMARC1; p=reject").Txt("_dmarc.mail.test", DnsStatus.Failed);

        Assert.That((await EvaluateAsync("dept.mail.test", Signed("dept.mail.test"))).Result, Is.EqualTo(DmarcResult.Pass));
        Assert.That((await EvaluateAsync("dept.mail.test", Signed("a.dept.mail.test"))).Result, Is.EqualTo(DmarcResult.TempError));
        Assert.That((await EvaluateAsync("dept.mail.test")).Result, Is.EqualTo(DmarcResult.Fail));
    }

    [TestCase("mail.test", "a.mail.test", DmarcResult.Pass)]
    [TestCase("a.mail.test", "mail.test", DmarcResult.Pass)]
    [TestCase("a.mail.test", "b.mail.test", DmarcResult.Pass)]
    [TestCase("a.mail.test", "other.test", DmarcResult.Fail)]
    [TestCase("a.dept.deep.test", "dept.deep.test", DmarcResult.TempError, Description = "There an organization may begin in between")]
    public async Task Right_below_the_top_it_does_not_matter_what_the_top_says(string author, string signer, DmarcResult expected)
    {
        dns.Txt("_dmarc.mail.test", "v=DMARC1; p=reject").Txt("_dmarc.dept.deep.test", "v=DMARC1; p=reject").Txt("_dmarc.test", DnsStatus.Failed);

        Assert.That((await EvaluateAsync(author, Signed(signer))).Result, Is.EqualTo(expected));
    }

    [Test]
    public async Task Check_that_could_not_be_made_is_no_failure_of_its_domain()
    {
        dns.Txt("_dmarc.mail.test", "v=DMARC1; p=reject");

        Assert.That((await EvaluateAsync("mail.test", new DkimVerdict(DkimResult.TempError, "mail.test", "s1"))).Result, Is.EqualTo(DmarcResult.TempError));
        Assert.That((await EvaluateAsync("mail.test", spf: new SpfVerdict(SpfResult.TempError, "mail.test"))).Result, Is.EqualTo(DmarcResult.TempError));
        Assert.That((await EvaluateAsync("mail.test", new DkimVerdict(DkimResult.TempError, "other.test", "s1"))).Result, Is.EqualTo(DmarcResult.Fail));
    }

    [Test]
    public async Task Policy_that_hangs_on_a_DNS_that_fails_is_open()
    {
        dns.Txt("_dmarc.org.test", "v=DMARC1; p=reject; np=none").Txt("sub.org.test", DnsStatus.Failed);

        Assert.That((await EvaluateAsync("sub.org.test")).Result, Is.EqualTo(DmarcResult.TempError));
    }

    [Test]
    public async Task Among_several_authors_the_worst_verdict_stands()
    {
        dns.Txt("_dmarc.mail.test", "v=DMARC1; p=none").Txt("_dmarc.bank.test", "v=DMARC1; p=reject");

        var verdict = await new DmarcEvaluator(dns).EvaluateAsync(["mail.test", "bank.test", "nowhere.test"], Claims(NoSpf, Signed("mail.test")), CancellationToken.None);

        Assert.That(verdict, Is.EqualTo(new DmarcVerdict(DmarcResult.Fail, "bank.test", DmarcPolicy.Reject, "bank.test")));
    }

    [Test]
    public async Task Crowd_of_authors_never_passes_and_is_not_walked()
    {
        dns.Txt("_dmarc.mail.test", "v=DMARC1; p=none");

        var verdict = await new DmarcEvaluator(dns).EvaluateAsync(
            ["mail.test", .. Enumerable.Range(0, 50).Select(n => $"a{n}.mail.test")], Claims(NoSpf, Signed("mail.test")), CancellationToken.None);

        Assert.That(verdict.Result, Is.EqualTo(DmarcResult.PermError));
        Assert.That(dns.Asked, Has.Count.LessThan(40));
    }

    [TestCase("From: Bob <bob@Mail.Test>\n\n", "mail.test")]
    [TestCase("From: bob@mail.test, =?utf-8?q?Eve?= <eve@bank.test>\n\n", "mail.test bank.test")]
    [TestCase("From: bob@mail.test\nFrom: eve@bank.test\n\n", "mail.test bank.test")]
    [TestCase("From: Team: a@one.test, b@two.test;\n\n", "one.test two.test")]
    [TestCase("From: bob@münchen.test\n\n", "xn--mnchen-3ya.test")]
    [TestCase("From: \"eve@bank.test\" <bob@mail.test>\n\n", "mail.test")]
    [TestCase("Sender: eve@bank.test\nFrom: bob@mail.test\n\n", "mail.test")]
    [TestCase("Sender: eve@bank.test\n\n", "bank.test", Description = "Who is shown when there is no From")]
    [TestCase("From: bob@[192.0.2.1]\n\n", "")]
    [TestCase("From: nobody\n\n", "")]
    [TestCase("Subject: x\n\nFrom: bob@mail.test\n", "")]
    [TestCase("", "")]
    public void Authors_are_those_a_reader_is_told(string mail, string domains) => Assert.That(
        string.Join(' ', Authors(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n")))), Is.EqualTo(domains));

    [Test]
    public async Task Mail_without_an_author_has_no_verdict() => Assert.That(
        await new DmarcEvaluator(dns).EvaluateAsync([], Claims(NoSpf), CancellationToken.None), Is.EqualTo(new DmarcVerdict(DmarcResult.None, "", DmarcPolicy.None)));

    [Test]
    public void Arbitrary_records_are_never_too_much() =>
        Gen.OneOf(Gen.String[0, 200], Gen.OneOf(Gen.Const("v=DMARC1;"), Gen.Const("p=reject;"), Gen.Const("sp="), Gen.Const("="), Gen.Const(";"), Gen.Const("rua=mailto:,http://["), Gen.String[0, 5])
            .Array[0, 20].Select(string.Concat)).Sample(record => DmarcRecord.Parse(record) is null or { Policy: <= DmarcPolicy.Reject }, iter: 5000);

    [Test]
    public void Arbitrary_headers_are_never_too_much() =>
        Gen.OneOf(Gen.Byte.Array[0, 300], Gen.String[Gen.Char["From: \r\n<>@,;:()\"\\.a="], 0, 200].Select(Encoding.ASCII.GetBytes)).Sample(octets =>
            Authors([.. "From: "u8, .. octets, .. "\r\n\r\n"u8]).All(domain => domain.Length > 0), iter: 5000);

    private static IReadOnlyList<string> Authors(byte[] mail) =>
        mail.Length == 0 ? [] : AuthorDomains.Of(MimeMessage.Load(new MemoryStream(mail)).Headers);

    private static DkimVerdict Signed(string domain) => new(DkimResult.Pass, domain, "s1");

    private Task<DmarcVerdict> EvaluateAsync(string author, DkimVerdict? dkim = null, SpfVerdict? spf = null) =>
        new DmarcEvaluator(dns).EvaluateAsync([author], dkim is null ? Claims(spf ?? NoSpf) : Claims(spf ?? NoSpf, dkim), CancellationToken.None);

    private static Task<DmarcClaims> Claims(SpfVerdict spf, params DkimVerdict[] dkim) => Task.FromResult(new DmarcClaims(spf, dkim));
}
