using CsCheck;
using SmtpTransport.Mail.Delivery.MtaSts;

namespace SmtpTransport.Tests.Mail.Delivery.MtaSts;

internal sealed class StsPolicyTests
{
    private const string Example = "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\nmx: backupmx.example.com\r\nmax_age: 604800\r\n";

    [Test]
    public void The_example_of_the_RFC_is_read()
    {
        var policy = StsPolicy.Parse(Example)!;
        Assert.That((policy.Mode, policy.MaxAge), Is.EqualTo((StsMode.Enforce, TimeSpan.FromDays(7))));
        Assert.That(policy.Hosts, Is.EqualTo(["mail.example.com", "*.example.net", "backupmx.example.com"]));
    }

    [TestCase("mail.example.com", true)]
    [TestCase("MAIL.example.COM", true)]
    [TestCase("mx.example.net", true)]
    [TestCase("a.mx.example.net", false, Description = "a wildcard is one label")]
    [TestCase("example.net", false)]
    [TestCase(".example.net", false)]
    [TestCase("mail.example.org", false)]
    public void Hosts_match_their_patterns(string host, bool listed) => Assert.That(StsPolicy.Parse(Example)!.Lists(host), Is.EqualTo(listed));

    [TestCase("version: STSv1\nmode: testing\nmx: a.test\nmax_age: 1", Description = "LF alone")]
    [TestCase("mode:testing\r\nmx:a.test\r\nmax_age:1  \r\nversion:STSv1\r\n", Description = "any order, no spaces")]
    [TestCase("version: STSv1\r\nmode: testing\r\nmode: enforce\r\nmx: a.test\r\nmax_age: 1\r\nunknown: 5\r\n", Description = "the first counts")]
    public void Spellings_are_forgiven(string text) => Assert.That(StsPolicy.Parse(text)!.Mode, Is.EqualTo(StsMode.Testing));

    [TestCase("")]
    [TestCase("version: STSv2\nmode: enforce\nmx: a.test\nmax_age: 1")]
    [TestCase("version: STSv1\nmode: force\nmx: a.test\nmax_age: 1")]
    [TestCase("version: STSv1\nmode: enforce\nmax_age: 1", Description = "no host")]
    [TestCase("version: STSv1\nmode: enforce\nmx: a.test")]
    [TestCase("version: STSv1\nmode: enforce\nmx: a.test\nmax_age: -1")]
    [TestCase("version: STSv1\nmode: enforce\nmx: a.test\nmax_age: 99999999999999999999")]
    [TestCase("version: STSv1\nmode: enforce\nmx: a.*.test\nmax_age: 1")]
    [TestCase("<html>version: STSv1</html>")]
    public void What_is_no_policy_is_none(string text) => Assert.That(StsPolicy.Parse(text), Is.Null);

    [Test]
    public void None_needs_no_hosts_and_a_year_is_the_most() =>
        Assert.That(StsPolicy.Parse("version: STSv1\nmode: none\nmax_age: 9999999999")!.MaxAge, Is.EqualTo(TimeSpan.FromSeconds(31_557_600)));

    [TestCase("v=STSv1; id=20160831085700Z;", "20160831085700Z")]
    [TestCase("v=STSv1;id=1", "1")]
    [TestCase("v=STSv1; foo=bar; id=abc", "abc")]
    [TestCase("v=STSv1; id=", null)]
    [TestCase("v=STSv1; id=a-b", null)]
    [TestCase("v=STSv1; id=012345678901234567890123456789012", null)]
    [TestCase("v=STSv11; id=1", null)]
    [TestCase("id=1; v=STSv1", null)]
    public void The_record_names_its_id(string text, string? id) => Assert.That(StsRecord.Id(["v=spf1 -all", text]), Is.EqualTo(id));

    [Test]
    public void Two_records_are_none() => Assert.That(StsRecord.Id(["v=STSv1; id=1", "v=STSv1; id=2"]), Is.Null);

    [Test]
    public void Nothing_that_a_stranger_writes_breaks_the_parsers() =>
        Gen.OneOf(Gen.String, Gen.OneOf("version", "mode", "mx", "max_age", ":", "\n", "*.", "STSv1", "enforce", "9", " ").Array[0, 40].Select(string.Concat))
            .Sample(text =>
            {
                _ = StsPolicy.Parse(text)?.Lists(text);
                _ = StsRecord.Id([text]);
            }, iter: 5000);
}
