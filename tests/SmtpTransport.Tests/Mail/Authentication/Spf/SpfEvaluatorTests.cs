using System.Net;
using CsCheck;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Authentication;
using SmtpTransport.Mail.Authentication.Spf;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Tests.Mail.Authentication.Spf;

/// <summary>What the public suite leaves open.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SpfEvaluatorTests
{
    private readonly FakeDns dns = new();

    private Task<SpfVerdict> CheckAsync(string? sender = "bob@mail.test", string helo = "client.test") => new SpfEvaluator(dns, TimeProvider.System)
        .EvaluateAsync(IPAddress.Parse("192.0.2.1"), helo, sender is null ? null : EmailAddress.Parse(sender), "mx.example.org", CancellationToken.None);

    [Test]
    public async Task A_null_sender_is_judged_by_EHLO()
    {
        dns.Txt("client.test", "v=spf1 ip4:192.0.2.0/24 -all");
        Assert.That(await CheckAsync(sender: null), Is.EqualTo(new SpfVerdict(SpfResult.Pass, "client.test")));
    }

    [Test]
    public async Task An_IDN_is_asked_about_by_its_A_labels()
    {
        dns.Txt("xn--bcher-kva.test", "v=spf1 -all");
        Assert.That((await CheckAsync("bob@bücher.test")).Domain, Is.EqualTo("xn--bcher-kva.test"));
        Assert.That((await CheckAsync("bob@bücher.test")).Result, Is.EqualTo(SpfResult.Fail));
    }

    [Test]
    public async Task A_local_part_beyond_ASCII_names_no_host()
    {
        dns.Txt("mail.test", "v=spf1 exists:%{l}.users.test -all").Address("bücher.users.test", "127.0.0.2");
        Assert.That((await CheckAsync("bücher@mail.test")).Result, Is.EqualTo(SpfResult.Fail));
    }

    [Test]
    public async Task An_explanation_is_one_bounded_line_of_plain_ASCII()
    {
        dns.Txt("mail.test", "v=spf1 -all exp=why.test").Txt("why.test", string.Concat(Enumerable.Repeat("%{l} %{h} ", 200)));
        var words = (await CheckAsync("bü@mail.test", helo: "a\u0007b")).Explanation;
        Assert.That(words, Has.Length.EqualTo(300).And.All.InRange(' ', '~'));
    }

    [Test]
    public async Task One_MX_host_that_matches_is_enough_when_another_cannot_be_asked()
    {
        dns.Txt("mail.test", "v=spf1 mx -all").Mx("mail.test", (10, "lost.test"), (20, "mx.test")).Address("lost.test", DnsStatus.Failed).Address("mx.test", "192.0.2.1");
        Assert.That((await CheckAsync()).Result, Is.EqualTo(SpfResult.Pass));
    }

    [Test]
    public async Task The_reason_of_an_error_names_what_is_at_fault()
    {
        dns.Txt("mail.test", "v=spf1 ip4:1.2.3 -all");
        Assert.That((await CheckAsync()).Explanation, Does.Contain("ip4:1.2.3"));
    }

    [Test]
    public async Task Too_long_a_name_loses_labels_on_its_left_until_it_fits()
    {
        var labels = string.Join('.', Enumerable.Repeat(new string('a', 49), 4));
        dns.Txt("mail.test", $"v=spf1 exists:{string.Concat(Enumerable.Repeat("%{l}.", 700))}lost.{labels}.{new string('b', 48)}.test -all");
        dns.Address($"{labels}.{new string('b', 48)}.test", "127.0.0.2");
        Assert.That((await CheckAsync("x.y.z@mail.test")).Result, Is.EqualTo(SpfResult.Pass));
    }

    [Test]
    public async Task A_policy_of_many_kilobytes_is_not_worked_through()
    {
        dns.Txt("mail.test", $"v=spf1 exists:{string.Concat(Enumerable.Repeat("%{l}.", 10_000))}test -all");
        Assert.That((await CheckAsync()).Result, Is.EqualTo(SpfResult.PermError));
        Assert.That(dns.Asked, Is.EqualTo(new[] { "TXT mail.test" }));
    }

    [Test]
    public void Any_text_is_a_policy_or_names_the_term_at_fault() => Gen.String[Gen.Char[" %{}:/=.-+~?*slodipvhrtc0123456789aipmxncludeXf\u00e9"], 0, 60].Sample(text =>
    {
        var (record, fault) = SpfRecord.Parse("v=spf1 " + text);
        Assert.That(record is null, Is.EqualTo(fault is not null));
    });
}
