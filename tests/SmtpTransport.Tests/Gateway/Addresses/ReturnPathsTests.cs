using System.Text;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Gateway.Addresses;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ReturnPathsTests
{
    private readonly TestTime time = new();
    private readonly ReturnPaths paths;
    private readonly string id;
    private readonly EmailAddress path;

    public ReturnPathsTests()
    {
        paths = new ReturnPaths(new byte[32], time);
        id = MailIds.Next(time);
        path = paths.For(id, time.GetUtcNow(), "example.org");
    }

    [Test]
    public void A_return_path_leads_to_its_mail_however_it_is_spelled()
    {
        Assert.That(paths.MailIdOf(path), Is.EqualTo(id));
        Assert.That(paths.MailIdOf(path with { Local = path.Local.ToUpperInvariant() }), Is.EqualTo(id));
        Assert.That(EmailAddress.TryParse(path.ToString().ToUpperInvariant(), out var parsed) ? paths.MailIdOf(parsed) : null, Is.EqualTo(id));
    }

    [TestCase("bücher.test", "xn--bcher-kva.test")]
    [TestCase("xn--bcher-kva.test", "BÜCHER.test")]
    public void A_domain_beyond_ASCII_may_come_back_in_either_spelling(string from, string back)
    {
        var local = paths.For(id, time.GetUtcNow(), EmailAddress.Parse($"alice@{from}").Domain).Local;
        Assert.That(paths.MailIdOf(EmailAddress.Parse($"{local}@{back}")), Is.EqualTo(id));
    }

    [Test]
    public void It_fits_into_every_mail_server() =>
        Assert.That(path.ToString(), Does.Match("^b\\+[0-9a-z]{20,62}@example\\.org$"));

    [Test]
    public void No_octet_of_it_can_be_changed()
    {
        for (var i = 2; i < path.Local.Length; i++)
        {
            var forged = new StringBuilder(path.Local) { [i] = path.Local[i] == 'x' ? 'y' : 'x' }.ToString();
            Assert.That(paths.MailIdOf(path with { Local = forged }), Is.Null, forged);
        }

        Assert.That(paths.MailIdOf(path with { Domain = "example.net" }), Is.Null);
        Assert.That(new ReturnPaths([1, .. new byte[31]], time).MailIdOf(path), Is.Null, "another installation's");
    }

    [TestCase("b")]
    [TestCase("b+")]
    [TestCase("b+shop")]
    [TestCase("alice")]
    [TestCase("b+0123456789012345678")]
    [TestCase("b+müller-müller-müller-müller-müller")]
    public void Plus_addresses_of_a_user_b_are_none(string local) => Assert.That(paths.MailIdOf(new EmailAddress(local, "example.org")), Is.Null);

    [Test]
    public void It_is_good_for_thirty_days()
    {
        time.Advance(TimeSpan.FromDays(30));
        Assert.That(paths.MailIdOf(path), Is.EqualTo(id));
        time.Advance(TimeSpan.FromDays(1));
        Assert.That(paths.MailIdOf(path), Is.Null);
    }

    [Test]
    public void It_is_the_same_at_every_attempt()
    {
        var left = time.GetUtcNow();
        time.Advance(TimeSpan.FromDays(2));
        Assert.That(paths.For(id, left, "example.org"), Is.EqualTo(path));
    }
}
