using MimeKit;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Mail;

namespace SmtpTransport.Tests.Gateway.Text;

public class AutomaticMailTests
{
    [TestCase("Auto-Submitted", "auto-replied")]
    [TestCase("Auto-Submitted", "auto-generated; owner-email=\"a@b.test\"")]
    [TestCase("Auto-Submitted", " (said a machine) auto-notified")]
    [TestCase("auto-submitted", "Auto-Replied (vacation)")]
    [TestCase("Precedence", "bulk")]
    [TestCase("Precedence", "List")]
    [TestCase("Precedence", "auto_reply")]
    [TestCase("List-Id", "<news.mail.test>")]
    [TestCase("List-Unsubscribe", "<https://mail.test/u>")]
    [TestCase("X-Autoreply", "yes")]
    [TestCase("Content-Type", "multipart/report; report-type=delivery-status; boundary=x")]
    public void Mail_with_the_mark_of_a_machine_is_automatic(string field, string value) => Assert.That(IsAutomatic("bob@mail.test", (field, value)), Is.True);

    [TestCase("Auto-Submitted", "no")]
    [TestCase("Auto-Submitted", "(a person) No")]
    [TestCase("Precedence", "first-class")]
    [TestCase("X-Auto-Response-Suppress", "All", Description = "asks for silence, and stands in people's mail too")]
    [TestCase("Listen", "to this")]
    [TestCase("Content-Type", "multipart/mixed; boundary=x")]
    public void Mail_of_a_person_is_not(string field, string value) => Assert.That(IsAutomatic("bob@mail.test", (field, value)), Is.False);

    [Test]
    public void Mail_with_a_null_sender_is_automatic() => Assert.That(AutomaticMail.Is(null, new MimeMessage().Headers), Is.True);

    [TestCase("MAILER-DAEMON@mail.test")]
    [TestCase("owner-news@mail.test")]
    [TestCase("news-request@mail.test")]
    [TestCase("no-reply@mail.test")]
    public void Mail_from_an_address_that_is_no_person_is_automatic(string sender) => Assert.That(IsAutomatic(sender), Is.True);

    [Test]
    public void One_mark_among_several_fields_of_that_name_is_enough() =>
        Assert.That(IsAutomatic("bob@mail.test", ("Auto-Submitted", "no"), ("Auto-Submitted", "auto-replied")), Is.True);

    [TestCase("")]
    [TestCase("(")]
    [TestCase("((((((")]
    [TestCase("   ")]
    public void A_broken_mark_still_is_one(string value) => Assert.That(IsAutomatic("bob@mail.test", ("Auto-Submitted", value)), Is.True);

    private static bool IsAutomatic(string sender, params (string Field, string Value)[] fields)
    {
        var headers = new HeaderList();
        foreach (var (field, value) in fields)
            headers.Add(field, value);
        return AutomaticMail.Is(EmailAddress.Parse(sender), headers);
    }
}
