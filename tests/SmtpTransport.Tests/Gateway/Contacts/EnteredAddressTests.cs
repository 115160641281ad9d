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
