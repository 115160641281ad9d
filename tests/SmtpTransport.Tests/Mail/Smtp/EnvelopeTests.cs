using SmtpTransport.Mail;
using static SmtpTransport.Tests.Support.SmtpTranscript;

namespace SmtpTransport.Tests.Mail.Smtp;

/// <summary>Paths and parameters of MAIL and RCPT.</summary>
internal sealed class EnvelopeTests
{
    private const string Ok = "250 2.1.0 OK";
    private const string BadSender = "501 5.1.7 Bad sender address syntax";
    private const string BadRecipient = "501 5.1.3 Bad recipient address syntax";
    private const string BadParameter = "501 5.5.4 Bad parameter value";
    private const string Unknown = "555 5.5.4 Parameter unknown or not offered";

    [TestCase("MAIL FROM:<juliet@example.org>", Ok)]
    [TestCase("mail from: <juliet@example.org>", Ok)]
    [TestCase("MAIL FROM:<>", Ok)]
    [TestCase("MAIL FROM:<\"a>b\"@example.org>", Ok)]
    [TestCase("MAIL FROM:<\"a\\\">b\"@example.org>", Ok)]
    [TestCase("MAIL FROM:<juliet@xn--bcher-kva.example>", Ok)]
    [TestCase("MAIL FROM:<@a.example,@b.example:juliet@example.org>", Ok)]
    [TestCase("MAIL FROM:<@a.example juliet@example.org>", BadSender)]
    [TestCase("MAIL FROM:<@a_!.example:juliet@example.org>", BadSender)]
    [TestCase("MAIL FROM:<@a.example:>", BadSender)]
    [TestCase("MAIL FROM:juliet@example.org", BadSender)]
    [TestCase("MAIL FROM:<juliet@example.org", BadSender)]
    [TestCase("MAIL FROM:<juliet>", BadSender)]
    [TestCase("MAIL FROM:<postmaster>", BadSender)]
    [TestCase("MAIL FROM:<juliet@example.org>SIZE=10", BadSender)]
    [TestCase("MAIL FROM:<\"juliet@example.org>", BadSender)]
    [TestCase("MAIL FROM", "501 5.5.4 Syntax: MAIL FROM:<address>")]
    [TestCase("MAIL TO:<juliet@example.org>", "501 5.5.4 Syntax: MAIL FROM:<address>")]
    [TestCase("MAIL FROM:<jülia@example.org>", "553 5.6.7 Such an address needs SMTPUTF8")]
    [TestCase("MAIL FROM:<juliet@bücher.example>", "553 5.6.7 Such an address needs SMTPUTF8")]
    [TestCase("MAIL FROM:<jülia@example.org> SMTPUTF8", Ok)]
    [TestCase("MAIL FROM:<a@b.test>  SIZE=10  BODY=8BITMIME", Ok)]
    [TestCase("MAIL FROM:<a@b.test> size=10 body=7bit smtputf8 prdr ret=hdrs envid=a+2Bb", Ok)]
    [TestCase("MAIL FROM:<a@b.test> SIZE=1000001", "552 5.3.4 Message too large")]
    [TestCase("MAIL FROM:<a@b.test> SIZE=99999999999999999999", "552 5.3.4 Message too large")]
    [TestCase("MAIL FROM:<a@b.test> SIZE=999999999999999999999", BadParameter)]
    [TestCase("MAIL FROM:<a@b.test> SIZE=-1", BadParameter)]
    [TestCase("MAIL FROM:<a@b.test> SIZE", BadParameter)]
    [TestCase("MAIL FROM:<a@b.test> SIZE=1 SIZE=1", BadParameter)]
    [TestCase("MAIL FROM:<a@b.test> BODY=BINARYMIME", BadParameter)]
    [TestCase("MAIL FROM:<a@b.test> SMTPUTF8=yes", BadParameter)]
    [TestCase("MAIL FROM:<a@b.test> PRDR=1", BadParameter)]
    [TestCase("MAIL FROM:<a@b.test> RET=SOME", BadParameter)]
    [TestCase("MAIL FROM:<a@b.test> ENVID=", BadParameter)]
    [TestCase("MAIL FROM:<a@b.test> ENVID=a+2", BadParameter)]
    [TestCase("MAIL FROM:<a@b.test> ENVID=a+0Ab", BadParameter)]
    [TestCase("MAIL FROM:<a@b.test> ENVID=a=b", BadParameter)]
    [TestCase("MAIL FROM:<a@b.test> AUTH=<>", Unknown)]
    [TestCase("MAIL FROM:<a@b.test> NOTIFY=NEVER", Unknown)]
    [TestCase("MAIL FROM:<a@b.test> REQUIRETLS", Unknown)]
    [TestCase("MAIL FROM:<a@b.test> =", Unknown)]
    public Task Mail_is_answered(string command, string reply) => PlayAsync($"""
        G:
        C: {command}
        S: {reply}
        C: NOOP
        S: 250 2.0.0 OK
        """);

    /// <summary>RFC 5321 §4.5.3.1: lists put whole addresses into it.</summary>
    [TestCase(64, Ok)]
    [TestCase(65, Ok)]
    [TestCase(241, Ok)]
    [TestCase(242, BadSender)]
    public Task A_sender_may_have_a_long_local_part(int length, string reply) => PlayAsync($"""
        G:
        C: MAIL FROM:<{new string('x', length)}@example.test>
        S: {reply}
        """);

    [TestCase(64, "250 2.1.5 OK")]
    [TestCase(65, BadRecipient)]
    public Task A_recipient_may_not(int length, string reply) => PlayAsync($"""
        G:
        C: MAIL FROM:<>
        S: 250 2.1.0 OK
        C: RCPT TO:<{new string('x', length)}@example.test>
        S: {reply}
        """);

    [TestCase(100, Ok)]
    [TestCase(101, BadParameter)]
    public Task Envid_has_at_most_100_characters(int length, string reply) => PlayAsync($"""
        G:
        C: MAIL FROM:<a@b.test> ENVID={new string('x', length)}
        S: {reply}
        """);

    [TestCase("RCPT TO:<romeo@example.net>", "250 2.1.5 OK")]
    [TestCase("rcpt to: <romeo@example.net>", "250 2.1.5 OK")]
    [TestCase("RCPT TO:<\"a b\"@example.net>", "250 2.1.5 OK")]
    [TestCase("RCPT TO:<romeo@[192.0.2.1]>", "250 2.1.5 OK")]
    [TestCase("RCPT TO:<>", BadRecipient)]
    [TestCase("RCPT TO:<romeo>", BadRecipient)]
    [TestCase("RCPT TO:<romeo@example..net>", BadRecipient)]
    [TestCase("RCPT TO:romeo@example.net", BadRecipient)]
    [TestCase("RCPT FROM:<romeo@example.net>", "501 5.5.4 Syntax: RCPT TO:<address>")]
    [TestCase("RCPT TO:<römeo@example.net>", "553 5.6.7 Such an address needs SMTPUTF8")]
    [TestCase("RCPT TO:<a@b.test> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;a+2Bb@c.test", "250 2.1.5 OK")]
    [TestCase("RCPT TO:<a@b.test> NOTIFY=NEVER", "250 2.1.5 OK")]
    [TestCase("RCPT TO:<a@b.test> NOTIFY=NEVER,FAILURE", BadParameter)]
    [TestCase("RCPT TO:<a@b.test> NOTIFY=", BadParameter)]
    [TestCase("RCPT TO:<a@b.test> NOTIFY=ALWAYS", BadParameter)]
    [TestCase("RCPT TO:<a@b.test> NOTIFY=DELAY NOTIFY=DELAY", BadParameter)]
    [TestCase("RCPT TO:<a@b.test> ORCPT=a@b.test", BadParameter)]
    [TestCase("RCPT TO:<a@b.test> ORCPT=rfc822;", BadParameter)]
    [TestCase("RCPT TO:<a@b.test> ORCPT=;a@b.test", BadParameter)]
    [TestCase("RCPT TO:<a@b.test> ORCPT=r f;a@b.test", BadParameter)]
    [TestCase("RCPT TO:<a@b.test> ORCPT=rfc_822;a@b.test", BadParameter)]
    [TestCase("RCPT TO:<a@b.test> ORCPT=rfc822;a+0D+0Ab", BadParameter)]
    [TestCase("RCPT TO:<a@b.test> ORCPT=utf-8;a\\x{0A}b", BadParameter)]
    [TestCase("RCPT TO:<a@b.test> ORCPT=utf-8;a\\x{D800}b", BadParameter)]
    [TestCase("RCPT TO:<a@b.test> ORCPT=utf-8;j\\x{FC}lia@b.test", "250 2.1.5 OK")]
    [TestCase("RCPT TO:<a@b.test> ORCPT=utf-8;jülia@b.test", "553 5.6.7 Such an address needs SMTPUTF8")]
    [TestCase("RCPT TO:<a@b.test> ORCPT=rfc822;jülia@b.test", BadParameter)]
    [TestCase("RCPT TO:<a@b.test> SIZE=10", Unknown)]
    public Task Rcpt_is_answered(string command, string reply) => PlayAsync($"""
        G:
        C: MAIL FROM:<juliet@example.org>
        S: 250 2.1.0 OK
        C: {command}
        S: {reply}
        C: NOOP
        S: 250 2.0.0 OK
        """);

    [Test]
    public Task What_was_wished_reaches_the_receiver() => PlayAsync("""
        G:
        C: MAIL FROM:<jülia@bücher.example> SMTPUTF8 PRDR RET=HDRS ENVID=a+2Bb SIZE=1234
        S: 250 2.1.0 OK
        C: RCPT TO:<"a b"@example.net> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;x+2By@z.test
        S: 250 2.1.5 OK
        C: RCPT TO:<@relay.example:bob@example.net> NOTIFY=NEVER ORCPT=utf-8;j\x{FC}lia@b.test
        S: 250 2.1.5 OK
        C: RCPT TO:<PostMaster>
        S: 250 2.1.5 OK
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: .
        S: 250 2.0.0 Ok: queued
        """,
        receiver => receiver.OnMail = (envelope, size) =>
            size == 1234 && envelope.Recipients.Count == 0 ? new SmtpReply(250, "2.1.0", "OK") : new SmtpReply(550, "5.0.0", "Wrong"),
        check: receiver =>
        {
            var mail = receiver.Mails.Single();
            Assert.Multiple(() =>
            {
                Assert.That(mail.Client.Protocol, Is.EqualTo("UTF8SMTP"));
                Assert.That(mail.Envelope, Has.Property("SmtpUtf8").True.And.Property("PerRecipientReplies").True
                    .And.Property("Return").EqualTo("HDRS").And.Property("EnvelopeId").EqualTo("a+b"));
                Assert.That(mail.Envelope.ReversePath, Is.EqualTo(new EmailAddress("jülia", "bücher.example")));
                Assert.That(mail.Envelope.Recipients, Is.EqualTo(new[]
                {
                    new EnvelopeRecipient(new EmailAddress("a b", "example.net"), DsnNotify.Success | DsnNotify.Delay, "rfc822;x+y@z.test"),
                    new EnvelopeRecipient(new EmailAddress("bob", "example.net"), DsnNotify.Never, "utf-8;jülia@b.test"),
                    new EnvelopeRecipient(new EmailAddress("postmaster", "mail.example")),
                }));
            });
        });

    [Test]
    public Task The_receiver_decides_who_may_mail_whom() => PlayAsync("""
        G:
        C: MAIL FROM:<full@example.org>
        S: 452 4.3.1 Full
        C: MAIL FROM:<juliet@example.org>
        S: 250 2.1.0 OK
        C: RCPT TO:<unknown@example.net>
        S: 550 5.1.1 No such user
        C: RCPT TO:<down@example.net>
        S: 451 4.4.3 Later
        C: RCPT TO:<romeo@example.net>
        S: 250 2.1.5 OK
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: .
        S: 250 2.0.0 Ok: queued
        """,
        receiver =>
        {
            receiver.OnMail = (envelope, _) => envelope.ReversePath?.Local == "full" ? new SmtpReply(452, "4.3.1", "Full") : new SmtpReply(250, "2.1.0", "OK");
            receiver.OnRcpt = recipient => recipient.Address.Local switch
            {
                "unknown" => new SmtpReply(550, "5.1.1", "No such user"),
                "down" => new SmtpReply(451, "4.4.3", "Later"),
                _ => new SmtpReply(250, "2.1.5", "OK"),
            };
        },
        check: receiver => Assert.That(receiver.Mails.Single().Envelope.Recipients.Single().Address.Local, Is.EqualTo("romeo")));

    [Test]
    public Task A_receiver_that_fails_costs_the_sender_nothing() => PlayAsync("""
        R:
        C: RCPT TO:<trouble@example.net>
        S: 451 4.3.0 Trouble on our side, try again later
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: .
        S: 451 4.3.0 Trouble on our side, try again later
        C: MAIL FROM:<trouble@example.org>
        S: 451 4.3.0 Trouble on our side, try again later
        """,
        receiver =>
        {
            receiver.OnMail = (envelope, _) => envelope.ReversePath?.Local == "trouble" ? throw new InvalidOperationException() : new SmtpReply(250, "2.1.0", "OK");
            receiver.OnRcpt = recipient => recipient.Address.Local == "trouble" ? throw new InvalidOperationException() : new SmtpReply(250, "2.1.5", "OK");
            receiver.OnReceive = _ => throw new InvalidOperationException();
        });

    [Test]
    public Task A_receiver_that_says_421_ends_the_session() => PlayAsync("""
        G:
        C: MAIL FROM:<juliet@example.org>
        S: 421 4.7.0 Too many mails
        X:
        """, receiver => receiver.OnMail = (_, _) => new SmtpReply(421, "4.7.0", "Too many mails"));
}
