using SmtpTransport.Mail;
using static SmtpTransport.Tests.Support.SmtpTranscript;

namespace SmtpTransport.Tests.Mail.Smtp;

/// <summary>What a client may not do endlessly.</summary>
internal sealed class LimitTests
{
    [TestCase(2046, "250 2.0.0 OK")]
    [TestCase(2047, "500 5.5.2 Line too long")]
    [TestCase(20_000, "500 5.5.2 Line too long")]
    public Task A_command_line_has_at_most_2048_octets(int length, string reply) => PlayAsync($"""
        G:
        C: NOOP {new string('x', length - 5)}
        S: {reply}
        C: NOOP
        S: 250 2.0.0 OK
        """);

    [Test]
    public Task Errors_slow_a_client_down_and_then_end_the_session() => PlayAsync($"""
        S: 220 mail.example ESMTP
        {Repeat(10, "C: X\nS: 500 5.5.1 Command unknown")}
        {Repeat(9, "C: X\nT: 00:00:01\nS: 500 5.5.1 Command unknown")}
        C: X
        S: 421 4.7.0 Too many errors
        X:
        """);

    [Test]
    public Task The_answer_to_the_eleventh_error_takes_a_second() => PlayAsync($"""
        S: 220 mail.example ESMTP
        {Repeat(10, "C: X\nS: 500 5.5.1 Command unknown")}
        C: X
        C: NOOP
        T: 00:00:00.999
        T: 00:00:00.001
        S: 500 5.5.1 Command unknown
        S: 250 2.0.0 OK
        """);

    [Test]
    public Task A_mail_makes_up_for_errors() => PlayAsync($"""
        D:
        C: .
        S: 250 2.0.0 Ok: queued
        {Repeat(10, "C: X\nS: 500 5.5.1 Command unknown")}
        C: MAIL FROM:<>
        S: 250 2.1.0 OK
        C: RCPT TO:<romeo@example.net>
        S: 250 2.1.5 OK
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: .
        S: 250 2.0.0 Ok: queued
        {Repeat(10, "C: X\nS: 500 5.5.1 Command unknown")}
        """);

    [Test]
    public Task Unknown_users_count_as_errors() => PlayAsync($"""
        G:
        C: MAIL FROM:<>
        S: 250 2.1.0 OK
        {Repeat(10, "C: RCPT TO:<a@b.test>\nS: 550 5.1.1 No such user")}
        {Repeat(9, "C: RCPT TO:<a@b.test>\nT: 00:00:01\nS: 550 5.1.1 No such user")}
        C: RCPT TO:<a@b.test>
        S: 421 4.7.0 Too many errors
        X:
        """, receiver => receiver.OnRcpt = _ => new SmtpReply(550, "5.1.1", "No such user"));

    [Test]
    public Task A_hundred_commands_without_a_mail_are_enough() => PlayAsync($"""
        S: 220 mail.example ESMTP
        C: HELO a.test
        S: 250 mail.example
        {Repeat(33, "C: NOOP\nS: 250 2.0.0 OK\nC: RSET\nS: 250 2.0.0 OK\nC: VRFY x\nS: 252 2.0.0 Send a mail, and you will see")}
        C: NOOP
        S: 421 4.7.0 Too many commands without a mail
        X:
        """);

    [Test]
    public Task A_mail_has_at_most_100_recipients() => PlayAsync($"""
        R:
        {Repeat(99, "C: RCPT TO:<a@b.test>\nS: 250 2.1.5 OK")}
        C: RCPT TO:<one-too-many@b.test>
        S: 452 4.5.3 Too many recipients
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: .
        S: 250 2.0.0 Ok: queued
        """, check: receiver => Assert.That(receiver.Mails.Single().Envelope.Recipients, Has.Count.EqualTo(100)));

    [Test]
    public Task A_thousand_temporary_refusals_are_enough() => PlayAsync($"""
        G:
        C: MAIL FROM:<>
        S: 250 2.1.0 OK
        {Repeat(1000, "C: RCPT TO:<a@b.test>\nS: 451 4.3.0 Not now")}
        C: RCPT TO:<a@b.test>
        S: 421 4.7.0 Too many commands without a mail
        X:
        """, receiver => receiver.OnRcpt = _ => new SmtpReply(451, "4.3.0", "Not now"));

    [Test]
    public Task Far_too_many_recipients_are_no_fault() => PlayAsync($"""
        R:
        {Repeat(99, "C: RCPT TO:<a@b.test>\nS: 250 2.1.5 OK")}
        {Repeat(900, "C: RCPT TO:<a@b.test>\nS: 452 4.5.3 Too many recipients")}
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: .
        S: 250 2.0.0 Ok: queued
        {Repeat(9, "C: X\nS: 500 5.5.1 Command unknown")}
        """);

    [Test]
    public Task A_hundred_chunks_of_nothing_are_enough() => PlayAsync($"""
        S: 220 mail.example ESMTP
        C: HELO a.test
        S: 250 mail.example
        C: MAIL FROM:<a@b.test>
        S: 250 2.1.0 OK
        C: RCPT TO:<c@d.test>
        S: 250 2.1.5 OK
        {Repeat(99, "C: BDAT 0\nS: 250 2.0.0 OK")}
        C: BDAT 0
        S: 421 4.7.0 Too many commands without a mail
        X:
        """);

    [Test]
    public async Task Who_speaks_before_the_banner_is_refused()
    {
        using var stage = new SmtpStage();
        var client = stage.Connect(early: "EHLO a.test\r\nMAIL FROM:<a@b.test>\r\n");
        await client.Session;
        Assert.That(client.ReadAvailable(), Is.EqualTo("554 5.5.1 Wait for the banner before you speak\r\n"));
    }
}
