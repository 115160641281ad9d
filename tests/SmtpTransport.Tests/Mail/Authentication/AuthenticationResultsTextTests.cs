using System.Net;
using SmtpTransport.Mail.Authentication;

namespace SmtpTransport.Tests.Mail.Authentication;

internal sealed class AuthenticationResultsTextTests
{
    private static readonly AuthenticationVerdict Verdict = new(
        new SpfVerdict(SpfResult.Pass, "bounce.mail.test"),
        [new DkimVerdict(DkimResult.Pass, "mail.test", "s1"), new DkimVerdict(DkimResult.PermError, "list.test", "k", "no \"key\"")],
        new DmarcVerdict(DmarcResult.Pass, "mail.test", DmarcPolicy.Reject, "mail.test"),
        new ArcVerdict(ArcResult.Pass, ["list.test"]));

    [Test]
    public void Every_method_says_what_it_looked_at() => Assert.That(
        AuthenticationResultsText.Format("mx.example.org", Verdict, isNullSender: false),
        Is.EqualTo(
            "mx.example.org; spf=pass smtp.mailfrom=bounce.mail.test; dkim=pass header.d=mail.test header.s=s1; "
            + "dkim=permerror reason=\"no \\\"key\\\"\" header.d=list.test header.s=k; dmarc=pass header.from=mail.test (p=reject); arc=pass"));

    [Test]
    public void Without_anything_there_is_a_none_for_each() => Assert.That(
        AuthenticationResultsText.Format("mx.example.org", AuthenticationVerdict.Unknown, isNullSender: true),
        Is.EqualTo("mx.example.org; spf=none; dkim=none; dmarc=none"));

    [Test]
    public void Of_a_null_sender_EHLO_was_asked_about() => Assert.That(
        AuthenticationResultsText.Format("mx.example.org", AuthenticationVerdict.Unknown with { Spf = new SpfVerdict(SpfResult.SoftFail, "client.test") }, isNullSender: true),
        Does.Contain("spf=softfail smtp.helo=client.test;"));

    [TestCase("192.0.2.1", true, "; iprev=pass reason=\"mx.mail.test\" policy.iprev=192.0.2.1")]
    [TestCase("2001:db8::1", false, "; iprev=pass reason=\"mx.mail.test, and EHLO says another\" policy.iprev=\"2001:db8::1\"")]
    public void A_client_with_a_name_is_named(string address, bool said, string text) => Assert.That(
        AuthenticationResultsText.Format("mx.example.org", AuthenticationVerdict.Unknown with { Client = new ClientVerdict(IPAddress.Parse(address), "mx.mail.test", said) }, isNullSender: false),
        Does.EndWith(text));

    [Test]
    public void What_strangers_wrote_cannot_add_a_line_or_a_result()
    {
        var text = AuthenticationResultsText.Format(
            "mx.example.org",
            AuthenticationVerdict.Unknown with { Spf = new SpfVerdict(SpfResult.Fail, "a; dmarc=pass\r\nX: y", new string('x', 5000) + "\n") },
            isNullSender: false);
        Assert.That(text, Does.Contain("smtp.mailfrom=\"a; dmarc=pass??X: y\""));
        Assert.That(text, Has.Length.LessThan(500));
        Assert.That(text.Any(char.IsControl), Is.False);
    }
}
