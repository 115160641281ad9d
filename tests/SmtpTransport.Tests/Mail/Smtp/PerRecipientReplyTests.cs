using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;
using static SmtpTransport.Tests.Support.SmtpTranscript;

namespace SmtpTransport.Tests.Mail.Smtp;

/// <summary>PRDR as Exim speaks it.</summary>
internal sealed class PerRecipientReplyTests
{
    private static readonly SmtpReply Taken = new(250, "2.0.0", "Ok");
    private static readonly SmtpReply Unknown = new(550, "5.1.1", "No such user");
    private static readonly MailVerdict Mixed = new(new SmtpReply(250, "2.0.0", "Ok: queued"), [Taken, Unknown]);

    [Test]
    public Task Each_recipient_gets_a_reply() => PlayAsync("""
        G:
        C: MAIL FROM:<juliet@example.org> PRDR
        S: 250 2.1.0 OK
        C: RCPT TO:<romeo@example.net>
        S: 250 2.1.5 OK
        C: RCPT TO:<paris@example.net>
        S: 250 2.1.5 OK
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: .
        S: 353 One reply for each recipient follows
        S: 250 2.0.0 Ok
        S: 550 5.1.1 No such user
        S: 250 2.0.0 Ok: queued
        C: MAIL FROM:<juliet@example.org> PRDR
        S: 250 2.1.0 OK
        C: RCPT TO:<romeo@example.net>
        S: 250 2.1.5 OK
        C: RCPT TO:<paris@example.net>
        S: 250 2.1.5 OK
        C: BDAT 0 LAST
        S: 353 One reply for each recipient follows
        S: 250 2.0.0 Ok
        S: 550 5.1.1 No such user
        S: 250 2.0.0 Ok: queued
        """, receiver => receiver.OnReceive = _ => Task.FromResult(Mixed));

    [Test]
    public Task Without_prdr_there_is_one_reply() => PlayAsync("""
        R:
        C: RCPT TO:<paris@example.net>
        S: 250 2.1.5 OK
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: .
        S: 250 2.0.0 Ok: queued
        """, receiver => receiver.OnReceive = _ => Task.FromResult(Mixed));

    [Test]
    public Task A_single_recipient_gets_one_reply() => PlayAsync("""
        G:
        C: MAIL FROM:<juliet@example.org> PRDR
        S: 250 2.1.0 OK
        C: RCPT TO:<romeo@example.net>
        S: 250 2.1.5 OK
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: .
        S: 550 5.1.1 No such user
        """, receiver => receiver.OnReceive = _ => Task.FromResult(new MailVerdict(Unknown, [Unknown])));

    [Test]
    public Task A_message_that_is_refused_as_such_gets_one_reply() => PlayAsync("""
        G:
        C: MAIL FROM:<juliet@example.org> PRDR
        S: 250 2.1.0 OK
        C: RCPT TO:<romeo@example.net>
        S: 250 2.1.5 OK
        C: RCPT TO:<paris@example.net>
        S: 250 2.1.5 OK
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: bare␊
        C: .
        S: 550 5.5.2 Bare CR or LF in the message: lines end with CRLF
        """);

    [Test]
    public Task A_long_verdict_takes_several_lines() => PlayAsync("""
        D:
        C: .
        S: 550-5.1.1 taken by romeo@example.net
        S: 550 5.1.1 unknown: paris@example.net
        """, receiver => receiver.OnReceive = _ => Task.FromResult(
            new MailVerdict(new SmtpReply(550, "5.1.1", "taken by romeo@example.net\nunknown: paris@example.net"), [])));
}
