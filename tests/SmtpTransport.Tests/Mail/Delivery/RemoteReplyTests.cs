using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;

namespace SmtpTransport.Tests.Mail.Delivery;

internal sealed class RemoteReplyTests
{
    [TestCase(550, "5.7.1 Go away", "5.7.1", "Go away")]
    [TestCase(250, "2.0.0", "2.0.0", "")]
    [TestCase(550, "5.7.123 Long", "5.7.123", "Long")]
    public void The_enhanced_code_is_taken_from_the_text(int code, string text, string enhanced, string rest) =>
        Assert.That(RemoteReply.Read(code, text), Is.EqualTo(new SmtpReply(code, enhanced, rest)));

    [TestCase("4.7.1 Of another class")]
    [TestCase("5.7.1234 Too long")]
    [TestCase("5.7 Too short")]
    [TestCase("5.x.1 No digits")]
    [TestCase("5.7.1.2 Too many")]
    public void What_only_looks_like_an_enhanced_code_stays_text(string text) =>
        Assert.That(RemoteReply.Read(554, text), Is.EqualTo(new SmtpReply(554, "5.0.0", text)));

    [Test]
    public void A_reply_of_several_lines_becomes_one_line_with_the_code_once() =>
        Assert.That(RemoteReply.Read(550, "5.7.1 Your mail\n5.7.1 is not wanted").Text, Is.EqualTo("Your mail is not wanted"));

    [TestCase(550, true, "5.1.1")]
    [TestCase(550, false, "5.7.0")]
    [TestCase(452, true, "4.5.3")]
    [TestCase(452, false, "4.3.1")]
    [TestCase(552, false, "5.3.4")]
    [TestCase(552, true, "5.5.3")]
    [TestCase(421, false, "4.3.2")]
    [TestCase(530, false, "5.7.0")]
    [TestCase(501, true, "5.1.3")]
    [TestCase(501, false, "5.5.4")]
    [TestCase(553, true, "5.1.3")]
    [TestCase(554, false, "5.0.0")]
    [TestCase(451, false, "4.0.0")]
    [TestCase(250, false, "2.0.0")]
    public void Without_an_enhanced_code_the_basic_code_speaks(int code, bool atRcpt, string enhanced) =>
        Assert.That(RemoteReply.Read(code, "No", atRcpt), Is.EqualTo(new SmtpReply(code, enhanced, "No")));

    [Test]
    public void Control_characters_do_not_pass() =>
        Assert.That(RemoteReply.Read(550, "a\0b\u001b[31mc\td\u0085e\u2028f").Text, Is.EqualTo("a b [31mc d e f"));

    [Test]
    public void The_text_is_bounded() => Assert.That(RemoteReply.Read(550, new string('x', 100_000)).Text, Has.Length.EqualTo(500));

    [Test]
    public void No_text_is_no_trouble() => Assert.That(RemoteReply.Read(550, null), Is.EqualTo(new SmtpReply(550, "5.7.0", "")));

    [Test]
    public void A_permanent_refusal_can_be_taken_as_passing() =>
        Assert.That(new SmtpReply(554, "5.7.1", "No").AsTransient(), Is.EqualTo(new SmtpReply(454, "4.7.1", "No")));
}
