using SmtpTransport.Gateway.Failures;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Failures;

internal sealed class FailureMapTests
{
    [TestCase(StanzaErrorType.Cancel, "service-unavailable", 550, "5.1.1")]
    [TestCase(StanzaErrorType.Cancel, "item-not-found", 550, "5.1.1")]
    [TestCase(StanzaErrorType.Wait, "recipient-unavailable", 450, "4.2.1")]
    [TestCase(StanzaErrorType.Wait, "resource-constraint", 452, "4.2.2")]
    [TestCase(StanzaErrorType.Auth, "forbidden", 550, "5.7.1")]
    [TestCase(StanzaErrorType.Cancel, "not-allowed", 550, "5.7.1")]
    [TestCase(StanzaErrorType.Modify, "policy-violation", 550, "5.7.1")]
    [TestCase(StanzaErrorType.Auth, "not-authorized", 550, "5.7.1")]
    [TestCase(StanzaErrorType.Auth, "subscription-required", 550, "5.7.1")]
    [TestCase(StanzaErrorType.Auth, "registration-required", 550, "5.7.1")]
    [TestCase(StanzaErrorType.Auth, "payment-required", 550, "5.7.1")]
    [TestCase(StanzaErrorType.Modify, "not-acceptable", 554, "5.6.0")]
    [TestCase(StanzaErrorType.Modify, "bad-request", 554, "5.6.0")]
    [TestCase(StanzaErrorType.Modify, "unexpected-request", 554, "5.6.0")]
    [TestCase(StanzaErrorType.Cancel, "feature-not-implemented", 554, "5.6.0")]
    [TestCase(StanzaErrorType.Modify, "jid-malformed", 553, "5.1.3")]
    [TestCase(StanzaErrorType.Cancel, "gone", 551, "5.1.6")]
    [TestCase(StanzaErrorType.Modify, "redirect", 551, "5.1.6")]
    [TestCase(StanzaErrorType.Cancel, "remote-server-not-found", 550, "5.1.2")]
    [TestCase(StanzaErrorType.Wait, "remote-server-timeout", 451, "4.4.1")]
    [TestCase(StanzaErrorType.Wait, "internal-server-error", 451, "4.3.0")]
    [TestCase(StanzaErrorType.Wait, "undefined-condition", 451, "4.3.0")]
    [TestCase(StanzaErrorType.Wait, "conflict", 451, "4.3.0")]
    [TestCase(StanzaErrorType.Wait, "never-heard-of", 451, "4.3.0")]
    public void A_stanza_error_becomes_a_reply(StanzaErrorType type, string condition, int code, string enhanced)
    {
        var reply = FailureMap.ToReply(new StanzaError(type, condition, "secret reason"));

        Assert.That((reply.Code, reply.Enhanced), Is.EqualTo((code, enhanced)));
        Assert.That(reply.Text, Is.Not.Empty.And.Not.Contains("secret"));
    }

    [TestCase("service-unavailable", "4.1.1", "5.1.1")]
    [TestCase("resource-constraint", "4.2.2", "5.2.2")]
    [TestCase("recipient-unavailable", "4.2.1", "5.2.1")]
    [TestCase("forbidden", "4.7.1", "5.7.1")]
    [TestCase("remote-server-timeout", "4.4.1", "5.4.1")]
    [TestCase("internal-server-error", "4.3.0", "5.3.0")]
    public void The_type_wins_over_the_condition(string condition, string temporary, string permanent)
    {
        var wait = FailureMap.ToReply(new StanzaError(StanzaErrorType.Wait, condition));
        var cancel = FailureMap.ToReply(new StanzaError(StanzaErrorType.Cancel, condition));

        Assert.That(wait.IsTransient && cancel.IsPermanent);
        Assert.That((wait.Enhanced, cancel.Enhanced), Is.EqualTo((temporary, permanent)));
    }

    [TestCase(550, "5.1.0", "item-not-found", StanzaErrorType.Cancel)]
    [TestCase(550, "5.1.1", "item-not-found", StanzaErrorType.Cancel)]
    [TestCase(550, "5.1.10", "item-not-found", StanzaErrorType.Cancel)]
    [TestCase(550, "5.1.6", "item-not-found", StanzaErrorType.Cancel)]
    [TestCase(550, "5.2.1", "item-not-found", StanzaErrorType.Cancel)]
    [TestCase(550, "", "item-not-found", StanzaErrorType.Cancel)]
    [TestCase(550, "5.0.0", "item-not-found", StanzaErrorType.Cancel)]
    [TestCase(551, "", "item-not-found", StanzaErrorType.Cancel)]
    [TestCase(550, "5.1.2", "remote-server-not-found", StanzaErrorType.Cancel)]
    [TestCase(550, "5.4.4", "remote-server-not-found", StanzaErrorType.Cancel)]
    [TestCase(550, "5.4.6", "remote-server-not-found", StanzaErrorType.Cancel)]
    [TestCase(556, "5.1.10", "remote-server-not-found", StanzaErrorType.Cancel)]
    [TestCase(556, "", "remote-server-not-found", StanzaErrorType.Cancel)]
    [TestCase(521, "", "remote-server-not-found", StanzaErrorType.Cancel)]
    [TestCase(553, "5.1.3", "jid-malformed", StanzaErrorType.Modify)]
    [TestCase(501, "", "jid-malformed", StanzaErrorType.Modify)]
    [TestCase(501, "5.5.4", "jid-malformed", StanzaErrorType.Modify)]
    [TestCase(503, "5.5.1", "undefined-condition", StanzaErrorType.Cancel)]
    [TestCase(553, "", "jid-malformed", StanzaErrorType.Modify)]
    [TestCase(552, "5.2.2", "resource-constraint", StanzaErrorType.Wait)]
    [TestCase(552, "", "resource-constraint", StanzaErrorType.Wait)]
    [TestCase(452, "4.2.2", "resource-constraint", StanzaErrorType.Wait)]
    [TestCase(552, "5.2.3", "policy-violation", StanzaErrorType.Modify)]
    [TestCase(552, "5.3.4", "policy-violation", StanzaErrorType.Modify)]
    [TestCase(553, "5.6.7", "not-acceptable", StanzaErrorType.Modify)]
    [TestCase(554, "5.6.0", "not-acceptable", StanzaErrorType.Modify)]
    [TestCase(550, "5.7.1", "forbidden", StanzaErrorType.Auth)]
    [TestCase(550, "5.7.26", "forbidden", StanzaErrorType.Auth)]
    [TestCase(451, "4.4.1", "remote-server-timeout", StanzaErrorType.Wait)]
    [TestCase(451, "4.7.1", "remote-server-timeout", StanzaErrorType.Wait)]
    [TestCase(421, "", "remote-server-timeout", StanzaErrorType.Wait)]
    [TestCase(550, "5.4.7", "remote-server-timeout", StanzaErrorType.Wait)]
    [TestCase(554, "", "undefined-condition", StanzaErrorType.Cancel)]
    [TestCase(550, "5.3.2", "undefined-condition", StanzaErrorType.Cancel)]
    public void A_failed_delivery_becomes_a_stanza_error(int code, string enhanced, string condition, StanzaErrorType type)
    {
        var error = FailureMap.ToStanzaError(new DeliveryFailure(new SmtpReply(code, enhanced, "No"), "mx.mail.test"));

        Assert.That((error.Condition, error.Type), Is.EqualTo((condition, type)));
    }

    [TestCase("5.7.1", "Message refused: spam content")]
    [TestCase("5.7.1", "This looks like a VIRUS")]
    [TestCase("5.0.0", "Message content rejected")]
    [TestCase("", "Message content rejected")]
    public void A_refusal_of_the_content_is_a_matter_of_policy(string enhanced, string text)
    {
        var error = FailureMap.ToStanzaError(new DeliveryFailure(new SmtpReply(554, enhanced, text)));

        Assert.That((error.Condition, error.Type), Is.EqualTo(("policy-violation", StanzaErrorType.Modify)));
    }

    [TestCase("Recipient address rejected: Access denied. AS(201806281)", "item-not-found")]
    [TestCase("No answer from host", "remote-server-timeout")]
    public void What_Exchange_says_of_mailboxes_that_it_does_not_have_is_no_trouble_on_the_way(string text, string condition) =>
        Assert.That(FailureMap.ToStanzaError(new DeliveryFailure(new SmtpReply(550, "5.4.1", text))).Condition, Is.EqualTo(condition));

    [Test]
    public void The_text_carries_the_remote_words_and_who_said_them()
    {
        var error = FailureMap.ToStanzaError(new DeliveryFailure(new SmtpReply(550, "5.1.1", "No such user"), "mx.mail.test"));

        Assert.That(error.Text, Is.EqualTo("550 5.1.1 No such user (mx.mail.test)"));
    }

    [Test]
    public void Remote_words_are_one_line_of_harmless_text_of_bounded_length()
    {
        var reply = new SmtpReply(550, "5.7.1", "First\nsecond\0\u202E " + new string('x', 3000));
        var error = FailureMap.ToStanzaError(new DeliveryFailure(reply));

        Assert.That(error.Text, Does.StartWith("550 5.7.1 First second x").And.Length.LessThanOrEqualTo(500));
    }
}
