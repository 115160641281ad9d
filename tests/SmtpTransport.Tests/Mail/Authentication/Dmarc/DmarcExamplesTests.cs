using SmtpTransport.Mail.Authentication;
using SmtpTransport.Mail.Authentication.Dmarc;

namespace SmtpTransport.Tests.Mail.Authentication.Dmarc;

/// <summary>The examples of RFC 9989 come out as it says itself: the second opinion on the tree walk, which the programs that we can ask do not make yet.</summary>
internal sealed class DmarcExamplesTests
{
    private const string Reject = "v=DMARC1; p=reject";
    private const string Strict = "v=DMARC1; p=reject; adkim=s; aspf=s";
    private const string Deep = "a.b.c.d.e.f.g.h.i.j.k.example.com";

    // Appendix B.4: the author, what was authenticated, the organizations of both, and whether they are aligned.
    [TestCase("example.com", "example.com", "example.com", "example.com", true, TestName = "B.4.1 by SPF")]
    [TestCase("example.com", "signing.example.com", "example.com", "example.com", true, TestName = "B.4.1 by DKIM")]
    [TestCase(Deep, "example.com", "example.com", "example.com", true, TestName = "B.4.2 by SPF")]
    [TestCase(Deep, "signing.example.com", "example.com", "example.com", true, TestName = "B.4.2 by DKIM")]
    [TestCase("giant.bank.example", "mail.giant.bank.example", "giant.bank.example", "giant.bank.example", true, TestName = "B.4.3 by SPF")]
    [TestCase("giant.bank.example", "mail.mega.bank.example", "giant.bank.example", "mega.bank.example", false, TestName = "B.4.3 by DKIM")]
    public async Task Organizations_are_those_of_the_example(string author, string proven, string organization, string provenOrganization, bool isAligned)
    {
        var dns = new FakeDns().Txt("_dmarc.example.com", Reject).Txt("_dmarc.signing.example.com", "v=DMARC1; p=none")
            .Txt("_dmarc.bank.example", "v=DMARC1; p=reject; psd=y").Txt("_dmarc.giant.bank.example", "v=DMARC1; p=quarantine");

        var tree = await WalkAsync(dns, author);

        Assert.That((tree.Organization, (await WalkAsync(dns, proven)).Organization), Is.EqualTo((organization, provenOrganization)));
        Assert.That(tree.Policy!.Name, Is.EqualTo(organization), "in all of them the policy domain is the organization");
        Assert.That(await IsAlignedAsync(dns, author, proven), Is.EqualTo(isAligned));
    }

    // Appendices B.1.1 and B.1.2.
    [TestCase("example.com", "example.com", true, true)]
    [TestCase("example.com", "child.example.com", true, false)]
    [TestCase("child.example.com", "example.com", true, false)]
    [TestCase("child.example.com", "example.net", false, false)]
    public async Task Alignment_is_that_of_the_example(string author, string proven, bool isRelaxed, bool isStrict)
    {
        Assert.That(await IsAlignedAsync(new FakeDns().Txt("_dmarc.example.com", Reject), author, proven), Is.EqualTo(isRelaxed));
        Assert.That(await IsAlignedAsync(new FakeDns().Txt("_dmarc.example.com", Strict), author, proven), Is.EqualTo(isStrict));
    }

    // Section 4.10 and Appendix B.4.2.
    [TestCase("a.b.c.d.e.f.g.h.i.j.mail.example.com", "g.h.i.j.mail h.i.j.mail i.j.mail j.mail mail")]
    [TestCase(Deep, "g.h.i.j.k h.i.j.k i.j.k j.k k")]
    public async Task Questions_are_those_of_the_example(string author, string between)
    {
        var dns = new FakeDns();

        await WalkAsync(dns, author);

        string[] names = [author, .. between.Split(' ').Select(name => name + ".example.com"), "example.com", "com"];
        Assert.That(dns.Asked, Is.EqualTo(names.Select(name => "TXT _dmarc." + name)));
    }

    private static Task<DmarcTree> WalkAsync(FakeDns dns, string domain) => new DmarcTreeWalk(dns).WalkAsync(domain, CancellationToken.None);

    /// <summary>By SPF and by DKIM.</summary>
    private static async Task<bool> IsAlignedAsync(FakeDns dns, string author, string proven)
    {
        var results = new List<DmarcResult>();
        foreach (var claims in new[] { new DmarcClaims(new SpfVerdict(SpfResult.Pass, proven), []), new DmarcClaims(new SpfVerdict(SpfResult.None, ""), [new DkimVerdict(DkimResult.Pass, proven, "s1")]) })
            results.Add((await new DmarcEvaluator(dns).EvaluateAsync([author], Task.FromResult(claims), CancellationToken.None)).Result);
        Assert.That(results, Is.All.EqualTo(results[0]).And.All.AnyOf(DmarcResult.Pass, DmarcResult.Fail));
        return results[0] == DmarcResult.Pass;
    }
}
