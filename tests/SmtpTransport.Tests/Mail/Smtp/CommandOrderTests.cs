using SmtpTransport.Mail;
using static SmtpTransport.Tests.Support.SmtpTranscript;

namespace SmtpTransport.Tests.Mail.Smtp;

internal sealed class CommandOrderTests
{
    [TestCase("MAIL FROM:<juliet@example.org>")]
    [TestCase("RCPT TO:<romeo@example.net>")]
    [TestCase("DATA")]
    [TestCase("STARTTLS")]
    public Task Nothing_goes_before_ehlo(string command) => PlayAsync($"""
        S: 220 mail.example ESMTP
        C: {command}
        S: 503 5.5.1 Send EHLO first
        C: NOOP
        S: 250 2.0.0 OK
        """);

    [Test]
    public Task Rcpt_before_mail_is_refused() => PlayAsync("""
        G:
        C: RCPT TO:<romeo@example.net>
        S: 503 5.5.1 Send MAIL first
        C: DATA
        S: 503 5.5.1 Send MAIL first
        """);

    [Test]
    public Task Mail_within_mail_is_refused() => PlayAsync("""
        R:
        C: MAIL FROM:<other@example.org>
        S: 503 5.5.1 Nested MAIL command
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: .
        S: 250 2.0.0 Ok: queued
        """, check: receiver => Assert.That(receiver.Mails.Single().Envelope.ReversePath.ToString(), Is.EqualTo("juliet@example.org")));

    [Test]
    public Task Data_without_rcpt_is_refused() => PlayAsync("""
        G:
        C: MAIL FROM:<juliet@example.org>
        S: 250 2.1.0 OK
        C: DATA
        S: 503 5.5.1 Send RCPT first
        C: QUIT
        S: 221 2.0.0 Bye
        X:
        """);

    [Test]
    public Task Data_is_refused_when_every_rcpt_was() => PlayAsync("""
        G:
        C: MAIL FROM:<juliet@example.org>
        S: 250 2.1.0 OK
        C: RCPT TO:<nobody@example.net>
        S: 550 5.1.1 No such user
        C: DATA
        S: 554 5.5.1 No valid recipients
        C: BDAT 4
        C~ abcd
        S: 554 5.5.1 No valid recipients
        C: RCPT TO:<nobody@example.net>
        S: 550 5.1.1 No such user
        """, receiver => receiver.OnRcpt = _ => new SmtpReply(550, "5.1.1", "No such user"));

    [TestCase("RSET", "250 2.0.0 OK")]
    [TestCase("HELO again.example", "250 mail.example")]
    public Task The_transaction_is_gone_after(string command, string reply) => PlayAsync($"""
        R:
        C: {command}
        S: {reply}
        C: DATA
        S: 503 5.5.1 Send MAIL first
        C: MAIL FROM:<>
        S: 250 2.1.0 OK
        C: DATA
        S: 503 5.5.1 Send RCPT first
        """);

    [Test]
    public Task The_transaction_is_gone_after_another_ehlo() => PlayAsync("""
        R:
        C: EHLO again.example
        S: 250-mail.example
        S: 250-PIPELINING
        S: 250-SIZE 1000000
        S: 250-ENHANCEDSTATUSCODES
        S: 250-8BITMIME
        S: 250-SMTPUTF8
        S: 250-CHUNKING
        S: 250-DSN
        S: 250-LIMITS RCPTMAX=100
        S: 250 PRDR
        C: RCPT TO:<romeo@example.net>
        S: 503 5.5.1 Send MAIL first
        """);

    [Test]
    public Task Two_mails_on_one_connection_know_nothing_of_each_other() => PlayAsync("""
        D:
        C: one
        C: .
        S: 250 2.0.0 Ok: queued
        C: DATA
        S: 503 5.5.1 Send MAIL first
        C: MAIL FROM:<>
        S: 250 2.1.0 OK
        C: RCPT TO:<mercutio@example.net>
        S: 250 2.1.5 OK
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: two
        C: .
        S: 250 2.0.0 Ok: queued
        """, check: receiver => Assert.Multiple(() =>
        {
            Assert.That(receiver.Mails.Select(mail => mail.Text), Is.EqualTo(new[] { "one\r\n", "two\r\n" }));
            Assert.That(receiver.Mails[1].Envelope.ReversePath, Is.Null);
            Assert.That(receiver.Mails.Select(mail => string.Join(',', mail.Envelope.Recipients.Select(r => r.Address))),
                Is.EqualTo(new[] { "romeo@example.net", "mercutio@example.net" }));
            Assert.That(receiver.Mails.Select(mail => mail.Client.MailId), Is.Unique);
        }));

    [Test]
    public Task A_refused_mail_leaves_nothing_behind() => PlayAsync("""
        D:
        C: one
        C: .
        S: 550 5.7.1 Not wanted
        C: RCPT TO:<romeo@example.net>
        S: 503 5.5.1 Send MAIL first
        """, receiver => receiver.OnReceive = _ => Task.FromResult(new SmtpTransport.Mail.Smtp.MailVerdict(new SmtpReply(550, "5.7.1", "Not wanted"), [])));

    [Test]
    public Task Some_commands_bring_no_mail_nearer() => PlayAsync("""
        S: 220 mail.example ESMTP
        C: NOOP
        S: 250 2.0.0 OK
        C: NOOP whatever this is
        S: 250 2.0.0 OK
        C: VRFY romeo
        S: 252 2.0.0 Send a mail, and you will see
        C: HELP
        S: 214 2.0.0 EHLO HELO MAIL RCPT DATA BDAT RSET NOOP STARTTLS VRFY QUIT
        C: RSET
        S: 250 2.0.0 OK
        C: quit
        S: 221 2.0.0 Bye
        X:
        """);

    [TestCase("EXPN list", "502 5.5.1 Command not implemented")]
    [TestCase("AUTH PLAIN AGEAYg==", "502 5.5.1 No authentication here")]
    [TestCase("ETRN example.org", "500 5.5.1 Command unknown")]
    [TestCase("GET / HTTP/1.1", "500 5.5.1 Command unknown")]
    [TestCase("SUBSCRIPTION", "500 5.5.1 Command unknown")]
    [TestCase("PROXY TCP4 192.0.2.7 192.0.2.8 4711 25", "500 5.5.1 Command unknown")]
    [TestCase("", "500 5.5.1 Command unknown")]
    [TestCase("NO␀OP", "500 5.5.2 Not a command line")]
    [TestCase("NOOP\u0085", "500 5.5.2 Not a command line")]
    [TestCase("NOOP␍NOOP", "500 5.5.2 Not a command line")]
    [TestCase("NOOP␊NOOP", "500 5.5.2 Lines end with CRLF\nS: 250 2.0.0 OK")]
    [TestCase("EHLO", "501 5.5.4 Say your host name or [address]")]
    [TestCase("HELO two words", "501 5.5.4 Say your host name or [address]")]
    [TestCase("EHLO (evil;comment)", "501 5.5.4 Say your host name or [address]")]
    [TestCase("VRFY", "501 5.5.4 Syntax: VRFY address")]
    [TestCase("RSET now", "501 5.5.4 No arguments allowed")]
    [TestCase("DATA now", "501 5.5.4 No arguments allowed")]
    [TestCase("QUIT now", "501 5.5.4 No arguments allowed")]
    [TestCase("STARTTLS now", "501 5.5.4 No arguments allowed")]
    [TestCase("STARTTLS", "454 4.7.0 TLS not available now")]
    public Task What_makes_no_sense_is_refused(string command, string reply) => PlayAsync($"""
        G:
        C: {command}
        S: {reply}
        C: NOOP
        S: 250 2.0.0 OK
        """);

    [Test]
    public Task Helo_offers_no_extensions() => PlayAsync("""
        S: 220 mail.example ESMTP
        C: HELO [192.0.2.1]
        S: 250 mail.example
        C: MAIL FROM:<juliet@example.org> SIZE=10
        S: 555 5.5.4 Parameter unknown or not offered
        C: STARTTLS
        S: 503 5.5.1 Send EHLO first
        C: MAIL FROM:<juliet@example.org>
        S: 250 2.1.0 OK
        C: RCPT TO:<romeo@example.net> NOTIFY=NEVER
        S: 555 5.5.4 Parameter unknown or not offered
        C: RCPT TO:<romeo@example.net>
        S: 250 2.1.5 OK
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: .
        S: 250 2.0.0 Ok: queued
        """, check: receiver => Assert.That(receiver.Mails.Single().Client.Protocol, Is.EqualTo("SMTP")));
}
