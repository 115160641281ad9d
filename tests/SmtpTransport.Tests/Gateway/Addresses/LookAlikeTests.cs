using SmtpTransport.Gateway.Addresses;

namespace SmtpTransport.Tests.Gateway.Addresses;

internal sealed class LookAlikeTests
{
    [TestCase("examp1e.org")]
    [TestCase("exarnple.org", TestName = "r and n run together")]
    [TestCase("exmaple.org")]
    [TestCase("exampl.org")]
    [TestCase("exampple.org")]
    [TestCase("exomple.org")]
    [TestCase("exämple.org")]
    [TestCase("ехample.org", TestName = "Cyrillic letters")]
    [TestCase("mail.examp1e.org", TestName = "Below a look-alike")]
    [TestCase("example.org.evil.test", TestName = "In front of the end that counts")]
    [TestCase("mail.examp1e.org.evil.test")]
    public void It_is_taken_for_ours(string domain) => Assert.That(LookAlike.IsOfOne(domain, ["example.org"]), Is.True);

    [TestCase("example.org")]
    [TestCase("mail.example.org")]
    [TestCase("example.com")]
    [TestCase("sample.org")]
    [TestCase("samples.org")]
    [TestCase("org")]
    [TestCase("myexample.org.evil.test")]
    public void It_is_not(string domain) => Assert.That(LookAlike.IsOfOne(domain, ["example.org"]), Is.False);

    [TestCase("exarnple.org")]
    [TestCase("mail.exarnple.org")]
    public void What_is_ours_is_no_disguise_of_ours(string domain) => Assert.That(LookAlike.IsOfOne(domain, ["example.org", "exarnple.org"]), Is.False);

    [Test]
    public void A_name_of_one_label_is_a_word_that_others_use_too() => Assert.That(LookAlike.IsOfOne("localhost.evil.test", ["localhost"]), Is.False);

    [Test]
    public void Short_names_that_differ_by_a_letter_are_different_names()
    {
        Assert.That(LookAlike.IsOfOne("aol.com", ["bol.com"]), Is.False);
        Assert.That(LookAlike.IsOfOne("bo1.com", ["bol.com"]), Is.True);
    }
}
