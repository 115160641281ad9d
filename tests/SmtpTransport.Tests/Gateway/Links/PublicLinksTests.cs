using SmtpTransport.Gateway.Links;
using SmtpTransport.Tests.Gateway.Storage;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Links;

internal sealed class PublicLinksTests
{
    private static readonly TestTime Time = new();

    [Test]
    public void A_link_is_the_same_whenever_the_same_mail_comes() =>
        Assert.That(
            Links().To(SpoolStage.Fingerprint(SpoolStage.Alice, mailId: "mail2"), 0),
            Is.EqualTo(Links().To(SpoolStage.Fingerprint(SpoolStage.Alice, mailId: "mail1"), 0)));

    [Test]
    public void Every_user_part_mail_and_gateway_has_its_own()
    {
        var alice = SpoolStage.Fingerprint(SpoolStage.Alice);
        var tokens = new[]
        {
            Links().To(alice, 0), Links().To(alice, 1), Links().To(alice, 257), Links(key: 1).To(alice, 0),
            Links().To(SpoolStage.Fingerprint(Jid.Parse("carol@example.org")), 0), Links().To(SpoolStage.Fingerprint(SpoolStage.Alice, "m2@mail.test"), 0),
        }.Select(link => link!.Token);

        Assert.That(tokens, Is.Unique.And.All.Matches<string>(token => token.Length == 32 && token.All(char.IsAsciiHexDigitLower)));
    }

    [TestCase("https://mail.example.org")]
    [TestCase("https://mail.example.org/")]
    [TestCase("https://example.org/gateway")]
    public void It_stands_behind_the_public_address(string address)
    {
        var link = Links(address).To(SpoolStage.Fingerprint(SpoolStage.Alice), 3)!;

        Assert.That(link.Url, Is.EqualTo($"{address.TrimEnd('/')}/m/{link.Token}"));
        Assert.That((link.Part, link.ExpiresAt), Is.EqualTo((3, Time.GetUtcNow() + TimeSpan.FromDays(30))));
    }

    [Test]
    public void Without_a_public_address_there_is_none() =>
        Assert.That(Links(null).To(SpoolStage.Fingerprint(SpoolStage.Alice), 0), Is.Null);

    private static PublicLinks Links(string? address = "https://mail.example.org", byte key = 0) =>
        new(new PublicLinkOptions { PublicUrl = address is null ? null : new Uri(address) }, [.. Enumerable.Repeat(key, 32)], Time);
}
