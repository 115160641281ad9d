using System.Security.Cryptography;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Mail.Delivery;

/// <summary>Octets that a server received, looked at by a verifier that is not ours.</summary>
internal sealed class DkimSigningTests : DeliveryFixture
{
    private const string Ed25519Pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";

    private const string Composed = "Received: from xmpp.test by gateway.test with XMPP id 1; Sun, 22 Nov 2026 18:00:00 +0000\r\n"
        + "Date: Sun, 22 Nov 2026 18:00:00 +0000\r\nFrom: =?utf-8?q?J=C3=BCrgen?= <alice@xmpp.test>\r\nTo: bob@mail.test\r\n"
        + "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n an alle\r\nMessage-ID: <1.2@xmpp.test>\r\nReferences: <a@b>\r\n\t<c@d>\r\nIn-Reply-To: <c@d>\r\n"
        + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
        + ".\r\nHello  Bob \r\n-- \r\nAlice\r\n\r\n\r\n";

    private const string Utf8Body = "From: alice@xmpp.test\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + "Grüße an alle, die diesen langen Satz noch lesen\r\n--x\r\nContent-Type: text/plain; charset=utf-8; name=\"Grüße.txt\"\r\n"
        + "Content-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n--x--\r\n";

    private const string Utf8Header = "From: Jürgen <müller@xmpp.test>\r\nTo: =?utf-8?q?J=C3=B6rg?= <bob@mail.test>\r\nSubject: Grüße an alle, die diesen wirklich langen"
        + " Betreff einmal ganz durchlesen wollen, bis ans Ende\r\nDate: Sun, 22 Nov 2026 18:00:00 +0000\r\n\r\nHi\r\n";

    private static readonly string RsaPem = NewRsa();

    [TestCase("CHUNKING", "BDAT")]
    [TestCase("PIPELINING", "DATA")]
    public async Task What_arrives_verifies_with_both_keys(string extension, string command)
    {
        var mx = Mx();
        mx.Extensions = [extension];
        await DeliverAsync(mx, Composed, Rsa(), Ed25519());
        Assert.That(mx.Count(command), Is.EqualTo(1));
        Assert.That(mx.Mails.Single(), Does.EndWith(Composed));
        await AssertVerifiesAsync(mx, "ed25519-sha256 xmpp.test ed True", "rsa-sha256 xmpp.test rsa True");
    }

    [Test]
    public async Task Eight_bits_are_encoded_before_they_are_signed()
    {
        var mx = Mx();
        mx.Extensions = [];
        await DeliverAsync(mx, Utf8Body, Rsa(), Ed25519());
        Assert.That(mx.Mails.Single(), Does.Contain("Gr=C3=BC=C3=9Fe an alle"));
        await AssertVerifiesAsync(mx, "ed25519-sha256 xmpp.test ed True", "rsa-sha256 xmpp.test rsa True");
    }

    [Test]
    public async Task Eight_bits_are_signed_as_they_are_where_8BITMIME_is_offered()
    {
        var mx = Mx();
        await DeliverAsync(mx, Utf8Body, Rsa());
        Assert.That(mx.Mails.Single(), Does.Contain("GrÃ¼Ã\u009fe an alle"));
        await AssertVerifiesAsync(mx, "rsa-sha256 xmpp.test rsa True");
    }

    [Test]
    public async Task A_mail_made_ready_for_one_server_is_signed_anew_for_the_next_with_fewer_extensions()
    {
        var first = Mx().When("mail", "421 4.3.2 Going down");
        var second = Mx("127.0.0.2", first.Port);
        second.Extensions = [];
        var dns = new FakeDns().Mx("mail.test", (10, "mx1.mail.test"), (20, "mx2.mail.test")).Address("mx1.mail.test", "127.0.0.1").Address("mx2.mail.test", "127.0.0.2");
        var options = new DeliveryOptions { Hostname = "gateway.test", Port = first.Port, AllowPrivateAddresses = true, SigningKeys = [Rsa()] };
        IsDelivered(await SendAsync(Sender(options, dns), Utf8Body));
        await AssertVerifiesAsync(second, "rsa-sha256 xmpp.test rsa True");
    }

    [Test]
    public async Task A_recipient_beyond_ASCII_gets_a_mail_that_verifies()
    {
        var mx = Mx();
        await DeliverAsync(mx, Composed, EmailAddress.Parse("müller@mail.test"), Rsa(), Ed25519());
        Assert.That(mx.Heard, Has.One.EqualTo("MAIL FROM:<alice@xmpp.test> SMTPUTF8").Or.One.StartsWith("MAIL FROM:<alice@xmpp.test> SMTPUTF8 "));
        await AssertVerifiesAsync(mx, "ed25519-sha256 xmpp.test ed True", "rsa-sha256 xmpp.test rsa True");
    }

    [Test]
    public async Task A_header_beyond_ASCII_verifies_and_asks_for_SMTPUTF8_though_the_return_path_is_ASCII()
    {
        var mx = Mx();
        await DeliverAsync(mx, Utf8Header, Rsa(), Ed25519());
        Assert.That(mx.Heard, Has.One.StartsWith("MAIL FROM:<alice@xmpp.test> SMTPUTF8"));
        Assert.That(mx.Mails.Single(), Does.Contain("mÃ¼ller@xmpp.test"));
        await AssertVerifiesAsync(mx, "ed25519-sha256 xmpp.test ed True", "rsa-sha256 xmpp.test rsa True");
    }

    [Test]
    public async Task A_display_name_beyond_ASCII_is_encoded_before_it_is_signed()
    {
        var mx = Mx();
        mx.Extensions = [];
        await DeliverAsync(mx, Utf8Header.Replace("müller@", "alice@", StringComparison.Ordinal), Rsa());
        await AssertVerifiesAsync(mx, "rsa-sha256 xmpp.test rsa True");
    }

    [Test]
    public async Task A_field_that_is_added_on_the_way_breaks_the_signature()
    {
        var mx = Mx();
        await DeliverAsync(mx, Hello, Rsa());
        var arrived = mx.Mails.Single();
        foreach (var field in new[] { "From", "To", "Cc", "Subject", "Date", "Message-ID", "References", "In-Reply-To", "MIME-Version", "Content-Type" })
        {
            var verdict = await DkimPython.VerifyAsync(field + ": x\r\n" + arrived, Records("xmpp.test"));
            Assert.That(verdict.Single(), Does.EndWith(" False"), field);
        }
    }

    [TestCase("xmpp.test", "xmpp.test", true)]
    [TestCase("xmpp.test", null, true)]
    [TestCase("xmpp.test", "other.test", false)]
    [TestCase("bücher.test", "bücher.test", true)]
    [TestCase("xn--bcher-kva.test", "bücher.test", true)]
    public async Task A_key_signs_for_its_domain_alone(string from, string? keyFor, bool signed)
    {
        var mx = Mx();
        await DeliverAsync(mx, $"From: alice@{from}\r\n\r\nHi\r\n", SigningKey.Parse(keyFor, "rsa", RsaPem));
        var domain = MailDomain.ToAscii(from);
        Assert.That(
            await DkimPython.VerifyAsync(mx.Mails.Single(), Records(domain)), Is.EqualTo(signed ? new[] { $"rsa-sha256 {domain} rsa True" } : []));
    }

    [Test]
    public async Task A_large_mail_is_signed_as_it_streams()
    {
        var mx = Mx();
        await DeliverAsync(mx, Hello + string.Concat(Enumerable.Repeat(new string('x', 76) + "\r\n", 20_000)), Rsa(), Ed25519());
        await AssertVerifiesAsync(mx, "ed25519-sha256 xmpp.test ed True", "rsa-sha256 xmpp.test rsa True");
    }

    private static SigningKey Rsa() => SigningKey.Parse("xmpp.test", "rsa", RsaPem);

    private static SigningKey Ed25519() => SigningKey.Parse(null, "ed", Ed25519Pem);

    private static (string, string)[] Records(string domain) =>
        [($"rsa._domainkey.{domain}", Rsa().Record), ($"ed._domainkey.{domain}", Ed25519().Record)];

    private static async Task AssertVerifiesAsync(FakeMx mx, params string[] expected) =>
        Assert.That(await DkimPython.VerifyAsync(mx.Mails.Single(), Records("xmpp.test")), Is.EqualTo(expected));

    private static string NewRsa()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportRSAPrivateKeyPem();
    }

    private Task DeliverAsync(FakeMx mx, string content, params SigningKey[] keys) => DeliverAsync(mx, content, Bob, keys);

    private async Task DeliverAsync(FakeMx mx, string content, EmailAddress to, params SigningKey[] keys)
    {
        var options = new DeliveryOptions { Hostname = "gateway.test", Relay = new RelayOptions("127.0.0.1", mx.Port, false, null, null), SigningKeys = keys };
        IsDelivered((await SendAsync(Sender(options, new FakeDns()), content, [to])).Single());
    }
}
