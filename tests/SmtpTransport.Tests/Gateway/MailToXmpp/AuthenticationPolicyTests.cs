using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Authentication;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

internal sealed class AuthenticationPolicyTests
{
    private static readonly EmailAddress Bob = EmailAddress.Parse("bob@mail.test");

    private static AuthenticationVerdict Verdict(
        DmarcResult dmarc = DmarcResult.None,
        DmarcPolicy policy = DmarcPolicy.None,
        SpfResult spf = SpfResult.None,
        string spfDomain = "mail.test",
        string? signer = null,
        DkimResult dkim = DkimResult.Pass) => new(
            new SpfVerdict(spf, spfDomain),
            signer is null ? [] : [new DkimVerdict(dkim, signer, "s1")],
            new DmarcVerdict(dmarc, "mail.test", policy, policy == DmarcPolicy.None ? null : "mail.test"),
            new ArcVerdict(ArcResult.None, []));

    [TestCase(DmarcMode.Enforce, DmarcResult.Fail, DmarcPolicy.Reject, 550, AuthorStanding.Doubtful)]
    [TestCase(DmarcMode.Enforce, DmarcResult.Fail, DmarcPolicy.Quarantine, null, AuthorStanding.Doubtful)]
    [TestCase(DmarcMode.Enforce, DmarcResult.Fail, DmarcPolicy.None, null, AuthorStanding.Doubtful)]
    [TestCase(DmarcMode.Enforce, DmarcResult.Pass, DmarcPolicy.Reject, null, AuthorStanding.Verified)]
    [TestCase(DmarcMode.Enforce, DmarcResult.None, DmarcPolicy.None, null, AuthorStanding.Unverified)]
    [TestCase(DmarcMode.Enforce, DmarcResult.PermError, DmarcPolicy.None, null, AuthorStanding.Unverified)]
    [TestCase(DmarcMode.Enforce, DmarcResult.TempError, DmarcPolicy.Reject, 451, AuthorStanding.Unverified)]
    [TestCase(DmarcMode.Enforce, DmarcResult.TempError, DmarcPolicy.Quarantine, null, AuthorStanding.Unverified)]
    [TestCase(DmarcMode.Enforce, DmarcResult.TempError, DmarcPolicy.None, null, AuthorStanding.Unverified)]
    [TestCase(DmarcMode.Mark, DmarcResult.Fail, DmarcPolicy.Reject, null, AuthorStanding.Doubtful)]
    [TestCase(DmarcMode.Mark, DmarcResult.Pass, DmarcPolicy.Reject, null, AuthorStanding.Verified)]
    [TestCase(DmarcMode.Mark, DmarcResult.TempError, DmarcPolicy.Reject, null, AuthorStanding.Unverified)]
    public void The_owner_of_the_domain_decides_as_far_as_the_operator_lets_him(
        DmarcMode mode, DmarcResult result, DmarcPolicy policy, int? refusal, AuthorStanding standing)
    {
        var decision = AuthenticationPolicy.Decide(Verdict(result, policy), mode, isTrusted: false, isSealed: false);
        Assert.That((decision.Refusal?.Code, decision.Author), Is.EqualTo((refusal, standing)));
    }

    [Test]
    public void The_refusal_says_why()
    {
        var (refusal, _) = AuthenticationPolicy.Decide(Verdict(DmarcResult.Fail, DmarcPolicy.Reject), DmarcMode.Enforce, isTrusted: false, isSealed: false);
        Assert.That(refusal!.Value.Enhanced, Is.EqualTo("5.7.26"));
    }

    [TestCase(true, false)]
    [TestCase(false, true)]
    public void A_trusted_network_or_sealer_turns_a_refusal_into_a_warning(bool isTrusted, bool isSealed)
    {
        var decision = AuthenticationPolicy.Decide(Verdict(DmarcResult.Fail, DmarcPolicy.Reject), DmarcMode.Enforce, isTrusted, isSealed);
        Assert.That((decision.Refusal, decision.Author), Is.EqualTo(((SmtpReply?)null, AuthorStanding.Doubtful)));
    }

    [TestCase(SpfResult.Fail, null, AuthorStanding.Doubtful, TestName = "An SPF fail is a warning")]
    [TestCase(SpfResult.SoftFail, null, AuthorStanding.Unverified, TestName = "A softfail proves nothing")]
    [TestCase(SpfResult.TempError, null, AuthorStanding.Unverified, TestName = "No answer proves nothing")]
    [TestCase(SpfResult.PermError, null, AuthorStanding.Unverified, TestName = "A broken record proves nothing")]
    [TestCase(SpfResult.Pass, null, AuthorStanding.Verified, TestName = "SPF of the author's domain verifies")]
    [TestCase(SpfResult.Fail, "mail.test", AuthorStanding.Verified, TestName = "A signature outlives forwarding")]
    [TestCase(SpfResult.None, "test", AuthorStanding.Unverified, TestName = "A top-level domain speaks for nobody")]
    [TestCase(SpfResult.None, "list.test", AuthorStanding.Unverified, TestName = "Another domain's signature says nothing")]
    [TestCase(SpfResult.None, "a.mail.test", AuthorStanding.Unverified, TestName = "A domain below does not speak for the one above")]
    public void Without_a_policy(SpfResult spf, string? signer, AuthorStanding standing) =>
        Assert.That(AuthenticationPolicy.Decide(Verdict(spf: spf, signer: signer), DmarcMode.Enforce, false, false), Is.EqualTo(((SmtpReply?)null, standing)));

    [Test]
    public void Behind_a_trusted_network_an_address_proves_nothing_and_a_signature_does()
    {
        Assert.That(AuthenticationPolicy.Decide(Verdict(spf: SpfResult.Pass), DmarcMode.Enforce, isTrusted: true, isSealed: false).Author, Is.EqualTo(AuthorStanding.Unverified));
        Assert.That(AuthenticationPolicy.Decide(Verdict(spf: SpfResult.Fail), DmarcMode.Enforce, isTrusted: true, isSealed: false).Author, Is.EqualTo(AuthorStanding.Unverified));
        Assert.That(AuthenticationPolicy.Decide(Verdict(signer: "mail.test"), DmarcMode.Enforce, isTrusted: true, isSealed: false).Author, Is.EqualTo(AuthorStanding.Verified));
        Assert.That(AuthenticationPolicy.IsSenderVerified(Verdict(spf: SpfResult.Pass), Bob, isTrusted: true), Is.False);
        Assert.That(AuthenticationPolicy.IsSenderVerified(Verdict(signer: "mail.test"), Bob, isTrusted: true), Is.True);
    }

    [Test]
    public void A_report_goes_only_where_somebody_vouches_for_the_reverse_path()
    {
        Assert.That(AuthenticationPolicy.IsSenderVerified(Verdict(spf: SpfResult.Pass), Bob, isTrusted: false), Is.True);
        Assert.That(AuthenticationPolicy.IsSenderVerified(Verdict(spf: SpfResult.SoftFail), Bob, isTrusted: false), Is.False);
        Assert.That(AuthenticationPolicy.IsSenderVerified(Verdict(signer: "mail.test"), Bob, isTrusted: false), Is.True);
        Assert.That(AuthenticationPolicy.IsSenderVerified(Verdict(signer: "mail.test", dkim: DkimResult.Fail), Bob, isTrusted: false), Is.False);
        Assert.That(AuthenticationPolicy.IsSenderVerified(Verdict(DmarcResult.Pass, signer: "evil.test"), EmailAddress.Parse("victim@other.test"), isTrusted: false), Is.False);
        Assert.That(AuthenticationPolicy.IsSenderVerified(Verdict(spf: SpfResult.Pass), null, isTrusted: false), Is.False, "a null sender gets none");
    }
}
