using System.Text;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Translation;

namespace SmtpTransport.Tests.Gateway.Translation;

internal sealed class MailHeadersTests
{
    private static MailHeaders Of(string header)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(header + "\r\n\r\nText\r\n"));
        using var mail = MailFile.Load(content);
        return MailHeaders.Of(mail);
    }

    [Test]
    public void A_header_says_where_the_mail_belongs()
    {
        var headers = Of("From: =?utf-8?Q?J=C3=BCrgen?= <bob@mail.test>\r\nSubject: Re: AW: Plan\r\nMessage-ID: <m@mail.test>\r\nIn-Reply-To: <r2@mail.test>\r\nReferences: <r1@mail.test>\r\n <r2@mail.test>");

        Assert.That((headers.MessageId, headers.InReplyTo, headers.Subject, headers.BaseSubject, headers.DisplayName),
            Is.EqualTo(("m@mail.test", "r2@mail.test", "Re: AW: Plan", "Plan", "Jürgen")));
        Assert.That(headers.References, Is.EqualTo(new[] { "r1@mail.test", "r2@mail.test" }));
    }

    [TestCase("References: <a@b>,<c@d>")]
    [TestCase("References: <a@b>\r\n\t<c@d>")]
    [TestCase("References: (x) <a@b> <c@d> <a@b>")]
    [TestCase("References: <a@b><c@d>")]
    public void References_are_read_however_they_are_parted(string header) =>
        Assert.That(Of(header).References, Is.EqualTo(new[] { "a@b", "c@d" }));

    [Test]
    public void A_long_chain_keeps_its_root_and_its_latest()
    {
        var chain = string.Join("\r\n ", Enumerable.Range(0, 150).Select(i => $"<r{i}@mail.test>"));

        var references = Of("References: " + chain).References;

        Assert.That(references, Has.Count.EqualTo(100));
        Assert.That((references[0], references[1], references[^1]), Is.EqualTo(("r0@mail.test", "r51@mail.test", "r149@mail.test")));
    }

    [Test]
    public void A_message_id_that_a_provider_replaced_is_found() =>
        Assert.That(Of("Message-ID: <new@outlook.test>\r\nX-Microsoft-Original-Message-ID: <own@mail.test>").OriginalMessageId, Is.EqualTo("own@mail.test"));

    [TestCase("X: y")]
    [TestCase("")]
    [TestCase("\0\0\0")]
    public void A_mail_without_header_has_no_place_in_a_conversation(string header)
    {
        var headers = Of(header);

        Assert.That((headers.MessageId, headers.InReplyTo, headers.Subject, headers.DisplayName), Is.EqualTo(((string?)null, (string?)null, "", (string?)null)));
        Assert.That(headers.References, Is.Empty);
    }

    [Test]
    public void Nothing_at_all_is_an_empty_mail()
    {
        using var mail = MailFile.Load(new MemoryStream());

        Assert.That(MailTranslator.Translate(mail, MailTranslatorCases.Context).Stanzas[0].Body, Is.EqualTo("(no text)"));
    }

    [Test]
    public void A_name_is_one_bounded_line_that_reorders_nothing() =>
        Assert.That(Of($"From: \"Bob \u202E{new string('x', 300)}\" <bob@mail.test>").DisplayName, Has.Length.EqualTo(100).And.StartsWith("Bob x"));
}
