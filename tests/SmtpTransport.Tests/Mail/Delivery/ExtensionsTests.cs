using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;

namespace SmtpTransport.Tests.Mail.Delivery;

internal sealed class ExtensionsTests : DeliveryFixture
{
    private const string Utf8 = "From: alice@xmpp.test\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße an alle, die diesen langen Satz noch lesen\r\n";

    private static readonly EmailAddress Müller = EmailAddress.Parse("müller@mail.test");

    [Test]
    public async Task A_server_without_extensions_hears_none_of_them()
    {
        var mx = Mx();
        mx.Extensions = [];
        IsDelivered(await SendAsync(Relaying(mx), Utf8));
        Assert.That(mx.Heard, Is.EqualTo(new[] { "EHLO gateway.test", "MAIL FROM:<alice@xmpp.test>", "RCPT TO:<bob@mail.test>", "DATA" }));
    }

    [Test]
    public async Task A_server_that_knows_HELO_alone_is_served()
    {
        var mx = Mx().When("ehlo", "502 5.5.1 What?");
        IsDelivered(await SendAsync(Relaying(mx)));
        Assert.That(mx.Heard.Take(3), Is.EqualTo(new[] { "EHLO gateway.test", "HELO gateway.test", "MAIL FROM:<alice@xmpp.test>" }));
    }

    [Test]
    public async Task The_null_reverse_path_is_sent_as_such()
    {
        var mx = Mx();
        mx.Extensions = [];
        await Relaying(mx).SendAsync(Mail(Hello, null, Bob), CancellationToken.None);
        Assert.That(mx.Heard, Has.One.EqualTo("MAIL FROM:<>"));
    }

    [TestCase("\"a b\"@mail.test")]
    [TestCase("\"a\\\"b\"@mail.test")]
    [TestCase("a+b=c@mail.test")]
    public async Task Any_local_part_is_spelled_as_SMTP_wants_it(string address)
    {
        var mx = Mx();
        mx.Extensions = [];
        IsDelivered(await SendToAsync(Relaying(mx), address));
        Assert.That(mx.Heard, Has.One.EqualTo($"RCPT TO:<{address}>"));
    }

    [Test]
    public async Task The_next_hop_is_asked_for_reports_of_failure_and_delay_never_of_success()
    {
        var mx = Mx();
        mx.Extensions = ["DSN"];
        await SendAsync(Relaying(mx));
        Assert.That(mx.Heard, Has.One.EqualTo("MAIL FROM:<alice@xmpp.test> RET=HDRS")
            .And.One.EqualTo("RCPT TO:<bob@mail.test> NOTIFY=FAILURE,DELAY ORCPT=rfc822;bob@mail.test"));
    }

    [Test]
    public async Task A_mail_without_reverse_path_asks_for_no_reports()
    {
        var mx = Mx();
        mx.Extensions = ["DSN"];
        await Relaying(mx).SendAsync(Mail(Hello, null, Bob), CancellationToken.None);
        Assert.That(mx.Heard, Has.One.EqualTo("RCPT TO:<bob@mail.test>"));
    }

    [Test]
    public async Task SIZE_is_declared_where_it_is_offered()
    {
        var mx = Mx();
        mx.Extensions = ["SIZE 1000000"];
        IsDelivered(await SendAsync(Relaying(mx)));
        Assert.That(mx.Heard, Has.One.EqualTo($"MAIL FROM:<alice@xmpp.test> SIZE={Hello.Length}"));
    }

    [Test]
    public async Task A_mail_larger_than_the_announced_size_is_not_sent()
    {
        var mx = Mx();
        mx.Extensions = ["SIZE 50"];
        var outcome = await SendAsync(Relaying(mx));
        Assert.That((Failed(outcome).Code, Failed(outcome).Enhanced), Is.EqualTo((552, "5.3.4")));
        Assert.That(mx.Count("MAIL"), Is.Zero);
    }

    [TestCase("SIZE")]
    [TestCase("SIZE 0")]
    public async Task A_SIZE_without_a_number_is_no_limit(string size)
    {
        var mx = Mx();
        mx.Extensions = [size];
        IsDelivered(await SendAsync(Relaying(mx)));
    }

    [Test]
    public async Task An_address_beyond_ASCII_goes_by_SMTPUTF8()
    {
        var mx = Mx();
        IsDelivered(await SendToAsync(Relaying(mx), "müller@mail.test"));
        Assert.That(mx.Heard, Has.One.EqualTo("MAIL FROM:<alice@xmpp.test> SMTPUTF8")
            .And.One.EqualTo("RCPT TO:<mÃ¼ller@mail.test>"));
    }

    [Test]
    public async Task An_address_beyond_ASCII_fails_where_SMTPUTF8_is_not_offered_and_the_others_get_the_mail()
    {
        var mx = Mx();
        mx.Extensions = ["8BITMIME"];
        var outcomes = await SendAsync(Relaying(mx), Müller, Bob);
        Assert.That((Failed(outcomes[0]).Code, Failed(outcomes[0]).Enhanced), Is.EqualTo((553, "5.6.7")));
        IsDelivered(outcomes[1]);
        Assert.That(mx.Count("RCPT"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_sender_beyond_ASCII_fails_where_SMTPUTF8_is_not_offered()
    {
        var mx = Mx();
        mx.Extensions = [];
        var outcomes = await SendAsync(Relaying(mx), Hello, [Bob], from: Müller);
        Assert.That(Failed(outcomes[0]).Enhanced, Is.EqualTo("5.6.7"));
        Assert.That(mx.Count("MAIL"), Is.Zero);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task An_IDN_alone_goes_as_A_labels(bool utf8)
    {
        var mx = Mx();
        mx.Extensions = utf8 ? ["SMTPUTF8", "8BITMIME"] : [];
        IsDelivered(await SendToAsync(Relaying(mx), "bob@bücher.test"));
        Assert.That(mx.Heard, Has.One.EqualTo("MAIL FROM:<alice@xmpp.test>").And.One.EqualTo("RCPT TO:<bob@xn--bcher-kva.test>"));
    }

    [Test]
    public async Task A_header_in_UTF8_goes_by_SMTPUTF8()
    {
        var mx = Mx();
        IsDelivered(await SendAsync(Relaying(mx), "From: alice@xmpp.test\r\nSubject: Grüße\r\n\r\nHi\r\n"));
        Assert.That(mx.Heard, Has.One.EqualTo("MAIL FROM:<alice@xmpp.test> SMTPUTF8"));
        Assert.That(mx.Mails.Single(), Does.Contain("Subject: GrÃ¼Ã\u009fe\r\n"));
    }

    [Test]
    public async Task A_header_in_UTF8_is_encoded_where_SMTPUTF8_is_not_offered()
    {
        var mx = Mx();
        mx.Extensions = [];
        IsDelivered(await SendAsync(Relaying(mx), "From: =?utf-8?q?J=C3=BCrgen?= <alice@xmpp.test>\r\nTo: Jörg <bob@bücher.test>\r\nSubject: Grüße\r\n\r\nHi\r\n"));
        Assert.That(mx.Mails.Single(), Does.Match(@"^From: =\?utf-8\?q\?J=C3=BCrgen\?= <alice@xmpp.test>\r\nTo: =\?utf-8\?\S+\?= <bob@xn--bcher-kva.test>\r\nSubject: =\?utf-8\?\S+\?=\r\n"));
    }

    [Test]
    public async Task A_header_address_that_no_ASCII_can_spell_fails_where_SMTPUTF8_is_not_offered()
    {
        var mx = Mx();
        mx.Extensions = [];
        Assert.That(Failed(await SendAsync(Relaying(mx), "From: müller@xmpp.test\r\n\r\nHi\r\n")).Enhanced, Is.EqualTo("5.6.7"));
    }

    [Test]
    public async Task Eight_bits_go_as_they_are_where_8BITMIME_is_offered()
    {
        var mx = Mx();
        mx.Extensions = ["8BITMIME"];
        IsDelivered(await SendAsync(Relaying(mx), Utf8));
        Assert.That(mx.Heard, Has.One.EqualTo("MAIL FROM:<alice@xmpp.test> BODY=8BITMIME"));
        Assert.That(mx.Mails.Single(), Does.Contain("\r\nGrÃ¼Ã\u009fe an alle"));
    }

    [Test]
    public async Task Eight_bits_are_encoded_where_8BITMIME_is_not_offered()
    {
        var mx = Mx();
        mx.Extensions = [];
        IsDelivered(await SendAsync(Relaying(mx), Utf8));
        Assert.That(mx.Mails.Single(), Does.Contain("Content-Transfer-Encoding: quoted-printable").And.Contain("\r\nGr=C3=BC=C3=9Fe an alle"));
    }

    [TestCase("CHUNKING", "BDAT")]
    [TestCase("BINARYMIME", "DATA")]
    [TestCase("PIPELINING", "DATA")]
    public async Task The_content_arrives_octet_for_octet(string extension, string command)
    {
        const string Content = "From: a@b\r\nSubject: =?utf-8?q?x?=\r\n  folded\r\nX-Odd:\r\n\r\n.\r\n..two\r\n\r\n . \r\n-- \r\nend\r\n";
        var mx = Mx();
        mx.Extensions = [extension];
        IsDelivered(await SendAsync(Relaying(mx), Content));
        Assert.That(mx.Mails.Single(), Is.EqualTo(Content));
        Assert.That(mx.Count(command), Is.EqualTo(1));
    }

    [TestCase("CHUNKING")]
    [TestCase("PIPELINING")]
    public async Task Bare_CR_and_LF_never_leave(string extension)
    {
        var mx = Mx();
        mx.Extensions = [extension];
        IsDelivered(await SendAsync(Relaying(mx), "From: a@b\nSubject: x\r\r\none\r.\rtwo\n.\nthree\r\n.\nMAIL FROM:<evil@mail.test>\r\n"));
        Assert.That(mx.Mails.Single(), Is.EqualTo("From: a@b\r\nSubject: x\r\n\r\none\r\n.\r\ntwo\r\n.\r\nthree\r\n.\r\nMAIL FROM:<evil@mail.test>\r\n"));
    }

    [TestCase("CHUNKING")]
    [TestCase("8BITMIME")]
    public async Task Content_without_a_last_line_end_gets_one(string extension)
    {
        var mx = Mx();
        mx.Extensions = [extension];
        IsDelivered(await SendAsync(Relaying(mx), "From: a@b\r\n\r\nend"));
        Assert.That(mx.Mails.Single(), Is.EqualTo("From: a@b\r\n\r\nend\r\n"));
    }

    [Test]
    public async Task Lines_beyond_998_octets_are_encoded()
    {
        var mx = Mx();
        IsDelivered(await SendAsync(Relaying(mx), $"From: a@b\r\n\r\n{new string('x', 5000)}\r\n"));
        Assert.That(mx.Mails.Single().Split("\r\n").Max(line => line.Length), Is.LessThanOrEqualTo(998));
    }

    [TestCase("500 5.5.1 What?")]
    [TestCase("502 5.5.1 Not implemented")]
    public async Task A_server_that_offers_CHUNKING_and_knows_no_BDAT_gets_DATA(string refusal)
    {
        var mx = Mx().When("bdat", refusal);
        mx.Extensions = ["CHUNKING"];
        var sender = Relaying(mx);
        IsDelivered(await SendAsync(sender));
        IsDelivered(await SendAsync(sender));
        Assert.That((mx.Count("BDAT"), mx.Count("DATA")), Is.EqualTo((1, 2)), "The second mail does not try BDAT again.");
        Assert.That(mx.Connections, Is.EqualTo(2));
    }

    [Test]
    public async Task After_a_refused_BDAT_nothing_else_is_said_on_that_connection()
    {
        var mx = Mx().When("eod", "554 5.7.1 Spam", times: 1);
        mx.Extensions = ["CHUNKING"];
        var sender = Relaying(mx);
        Failed(await SendAsync(sender));
        IsDelivered(await SendAsync(sender));
        Assert.That(mx.Connections, Is.EqualTo(2));
    }
}
