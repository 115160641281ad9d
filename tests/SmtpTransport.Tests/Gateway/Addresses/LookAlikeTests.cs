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
    public void It_is_taken_for_ours(string domain) => Assert.That(LookAlike.IsOf(domain, "example.org"), Is.True);

    [TestCase("example.org")]
    [TestCase("mail.example.org")]
    [TestCase("example.com")]
    [TestCase("sample.org")]
    [TestCase("samples.org")]
    [TestCase("org")]
    public void It_is_not(string domain) => Assert.That(LookAlike.IsOf(domain, "example.org"), Is.False);

    [Test]
    public void Short_names_that_differ_by_a_letter_are_different_names()
    {
        Assert.That(LookAlike.IsOf("aol.com", "bol.com"), Is.False);
        Assert.That(LookAlike.IsOf("bo1.com", "bol.com"), Is.True);
    }
}
