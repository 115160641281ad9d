using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Contacts;

namespace SmtpTransport.Tests.Gateway.Contacts;

public sealed class EnteredAddressTests
{
    [TestCase("bob@mail.test")]
    [TestCase("  bob@MAIL.test\n")]
    [TestCase("mailto:bob@mail.test")]
    [TestCase("MAILTO:bob%40mail.test?subject=Hello&body=x")]
    [TestCase("Bob Builder <bob@mail.test>")]
    [TestCase("\"<evil@x.test>\" < bob@mail.test >")]
    [TestCase("<mailto:bob@mail.test>")]
    public void Addresses_are_understood_as_people_paste_them(string text)
    {
        Assert.That(EnteredAddress.TryRead(text, out var address), Is.True);
        Assert.That(address.ToString(), Is.EqualTo("bob@mail.test"));
    }

    // XEP-0106 §5.2
    [Test]
    public void The_wild_address_of_the_specification_is_understood()
    {
        Assert.That(EnteredAddress.TryRead("mailto:here%27s_a_wild_%26_%2Fcr%zy%2F_address@example.com?subject=that%20is%20crazy%21", out var address), Is.True);
        Assert.That(AddressMaps.Map().ContactOf(address, ContactForm.Escaped).ToString(),
            Is.EqualTo(@"here\27s_a_wild_\26_\2fcr%zy\2f_address\40example.com@smtp.example"));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("Bob")]
    [TestCase("Bob <bob>")]
    [TestCase("bob@mail.test, carol@mail.test")]
    [TestCase("mailto:")]
    [TestCase("https://mail.test/bob@mail.test")]
    [TestCase("<")]
    [TestCase(">")]
    public void Other_texts_are_no_address(string? text) =>
        Assert.That(EnteredAddress.TryRead(text, out _), Is.False);

    [Test]
    public void Nothing_makes_it_throw() =>
        CsCheck.Check.Sample(AddressGen.Hostile, text => { _ = EnteredAddress.TryRead("mailto:" + text, out _) | EnteredAddress.TryRead(text, out _); });
}
