using CsCheck;
using SmtpTransport.Mail;

namespace SmtpTransport.Tests.Mail;

public sealed class EmailAddressTests
{
    [TestCase("bob@mail.test", "bob", "mail.test")]
    [TestCase("Bob.Builder+shop@MAIL.Test", "Bob.Builder+shop", "mail.test")]
    [TestCase("\"a b\"@c.test", "a b", "c.test")]
    [TestCase("\"a\\\"b\\\\c\"@c.test", "a\"b\\c", "c.test")]
    [TestCase("\"plain\"@c.test", "plain", "c.test")]
    [TestCase("\"\"@c.test", "", "c.test")]
    [TestCase("\"x@y\"@c.test", "x@y", "c.test")]
    [TestCase("a%b@c.test", "a%b", "c.test")]
    [TestCase("test@io", "test", "io")]
    public void Local_parts_lose_their_quotes_and_domains_their_capitals(string text, string local, string domain)
    {
        Assert.That(EmailAddress.TryParse(text, out var address), Is.True);
        Assert.That(address, Is.EqualTo(new EmailAddress(local, domain)));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("bob")]
    [TestCase("bob@")]
    [TestCase("@mail.test")]
    [TestCase("a b@c.test")]
    [TestCase("a..b@c.test")]
    [TestCase(".a@c.test")]
    [TestCase("a.@c.test")]
    [TestCase("a@b@c.test")]
    [TestCase("a@c.test.")]
    [TestCase("a@c..test")]
    [TestCase("a@-c.test")]
    [TestCase("a@c_d.test")]
    [TestCase("a@127.0.0.1")]
    [TestCase("a@evil%gw.example")]
    [TestCase("a@ｅｖｉｌ％gw.example")]
    [TestCase("<a@c.test>")]
    [TestCase("a@c.test\r\nRCPT TO:<b@c.test>")]
    [TestCase("\"a\r\nb\"@c.test")]
    [TestCase("\"a\0b\"@c.test")]
    [TestCase("a\uFFFE@c.test")]
    [TestCase("a\u0085@c.test")]
    public void What_is_no_mailbox_is_refused(string? text) =>
        Assert.That(EmailAddress.TryParse(text, out _), Is.False);

    // An attribute cannot hold half a surrogate pair.
    [Test]
    public void Half_a_surrogate_pair_is_refused() =>
        Assert.That(EmailAddress.TryParse("a\uD800@c.test", out _), Is.False);

    [TestCase("a@[192.0.2.1]", "[192.0.2.1]")]
    [TestCase("a@[IPv6:2001:DB8:0::1]", "[IPv6:2001:db8::1]")]
    [TestCase("a@[ipv6:2001:db8::1]", "[IPv6:2001:db8::1]")]
    public void Address_literals_have_one_spelling(string text, string domain)
    {
        var address = EmailAddress.Parse(text);
        Assert.That(address.Domain, Is.EqualTo(domain));
        Assert.That(address.IsLiteral, Is.True);
    }

    [TestCase("a@[192.0.2]")]
    [TestCase("a@[0x7f.0.0.1]")]
    [TestCase("a@[IPv6:fe80::1%eth0]")]
    [TestCase("a@[2001:db8::1]")]
    [TestCase("a@[IPv6:192.0.2.1]")]
    [TestCase("a@[]")]
    [TestCase("a@[192.0.2.1")]
    public void Other_literals_are_refused(string text) =>
        Assert.That(EmailAddress.TryParse(text, out _), Is.False);

    [TestCase("a@münchen.test", "münchen.test", "xn--mnchen-3ya.test")]
    [TestCase("a@MÜNCHEN.test", "münchen.test", "xn--mnchen-3ya.test")]
    [TestCase("a@XN--MNCHEN-3YA.test", "münchen.test", "xn--mnchen-3ya.test")]
    [TestCase("a@παράδειγμα.δοκιμή", "παράδειγμα.δοκιμή", "xn--hxajbheg2az3al.xn--jxalpdlp")]
    [TestCase("a@例え.テスト", "例え.テスト", "xn--r8jz45g.xn--zckzah")]
    [TestCase("a@straße.test", "xn--strae-oqa.test", "xn--strae-oqa.test")]
    [TestCase("a@φίλος.test", "xn--kxaymmq.test", "xn--kxaymmq.test")]
    [TestCase("a@i❤.test", "xn--i-7iq.test", "xn--i-7iq.test")]
    [TestCase("a@xn--a.test", "xn--a.test", "xn--a.test")]
    [TestCase("a@bаnk.test", "xn--bnk-6cd.test", "xn--bnk-6cd.test", Description = "One letter of another alphabet")]
    [TestCase("a@аррӏе.test", "аррӏе.test", "xn--80ak6aa92e.test", Description = "All of one alphabet")]
    [TestCase("a@tokyo東京.test", "tokyo東京.test", "xn--tokyo-191hq39l.test", Description = "Nobody takes these for each other")]
    public void International_domains_are_u_labels_only_where_both_networks_read_them_alike(string text, string domain, string ascii)
    {
        var address = EmailAddress.Parse(text);
        Assert.That(address.Domain, Is.EqualTo(domain));
        Assert.That(address.ToAscii(), Is.EqualTo("a@" + ascii));
        Assert.That(address.NeedsSmtpUtf8, Is.False);
    }

    [TestCase("jürgen@mail.test", true)]
    [TestCase("jurgen@münchen.test", false)]
    public void Only_the_local_part_needs_SMTPUTF8(string text, bool needed) =>
        Assert.That(EmailAddress.Parse(text).NeedsSmtpUtf8, Is.EqualTo(needed));

    [TestCase("a b", "\"a b\"@c.test")]
    [TestCase("", "\"\"@c.test")]
    [TestCase(".a", "\".a\"@c.test")]
    [TestCase("a..b", "\"a..b\"@c.test")]
    [TestCase("a\"\\b", "\"a\\\"\\\\b\"@c.test")]
    [TestCase("o'hara+x/y", "o'hara+x/y@c.test")]
    [TestCase("δοκιμή", "δοκιμή@c.test")]
    public void Local_parts_are_quoted_only_where_they_must_be(string local, string wire) =>
        Assert.That(new EmailAddress(local, "c.test").ToString(), Is.EqualTo(wire));

    [Test]
    public void Limits_count_octets_on_the_wire()
    {
        Assert.That(EmailAddress.TryParse(new string('a', 64) + "@c.test", out _), Is.True);
        Assert.That(EmailAddress.TryParse(new string('a', 65) + "@c.test", out _), Is.False);
        Assert.That(EmailAddress.TryParse(new string('é', 32) + "@c.test", out _), Is.True);
        Assert.That(EmailAddress.TryParse(new string('é', 33) + "@c.test", out _), Is.False);
        Assert.That(EmailAddress.TryParse($"\"{new string('a', 61)} \"@c.test", out _), Is.True);
        Assert.That(EmailAddress.TryParse($"\"{new string('a', 62)} \"@c.test", out _), Is.False);
        Assert.That(EmailAddress.TryParse($"a@{new string('b', 63)}.test", out _), Is.True);
        Assert.That(EmailAddress.TryParse($"a@{new string('b', 64)}.test", out _), Is.False);
        var labels = string.Join('.', Enumerable.Repeat(new string('b', 49), 5)); // 249
        Assert.That(EmailAddress.TryParse($"aaaa@{labels}", out _), Is.True);
        Assert.That(EmailAddress.TryParse($"aaaaa@{labels}", out _), Is.False);
    }

    [Test]
    public void Whom_a_mail_comes_from_may_have_a_longer_local_part()
    {
        var sender = $"bounces+{new string('a', 100)}=list.test@c.test";
        Assert.That(EmailAddress.TryParse(sender, out _), Is.False);
        Assert.That(EmailAddress.TryParseForeign(sender, out var address), Is.True);
        Assert.That((address.ToString(), EmailAddress.Parse(sender)), Is.EqualTo((sender, address)));
        Assert.That(EmailAddress.TryParseForeign(new string('a', 247) + "@c.test", out _), Is.True);
        Assert.That(EmailAddress.TryParseForeign(new string('a', 248) + "@c.test", out _), Is.False, "a path has 256 octets");
    }

    [TestCase("Bob@Mail.Test", "bob@mail.test")]
    [TestCase("Jürgen@mail.test", "ju\u0308rgen@mail.test")]
    [TestCase("\"bob\"@mail.test", "BOB@mail.test")]
    [TestCase("a@MÜNCHEN.test", "A@xn--mnchen-3ya.test")]
    public void Spellings_of_one_contact_share_a_key(string one, string other) =>
        Assert.That(EmailAddress.Parse(one).Key, Is.EqualTo(EmailAddress.Parse(other).Key));

    [Test]
    public void What_is_written_reads_back_the_same() =>
        AddressGen.Mailbox.Sample(address =>
            EmailAddress.TryParse(address.ToString(), out var again) && again == address
            && EmailAddress.TryParse(address.ToAscii(), out var ascii) && ascii == address);

    [Test]
    public void No_text_makes_the_parser_throw() =>
        AddressGen.Hostile.Sample(text =>
        {
            if (EmailAddress.TryParse(text, out var address))
                Assert.That(EmailAddress.TryParse(address.ToString(), out var again) && again == address, Is.True, text);
        });
}
