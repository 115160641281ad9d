using System.Security.Cryptography;
using System.Text;
using static SmtpTransport.Tests.Support.SmtpTranscript;

namespace SmtpTransport.Tests.Mail.Smtp;

/// <summary>Whole mails, end to end.</summary>
internal sealed class SmtpMailTests
{
    [Test]
    public Task A_mail_goes_through() => PlayAsync("""
        S: 220 mail.example ESMTP
        C: EHLO client.example
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
        C: MAIL FROM:<juliet@example.org> SIZE=30
        S: 250 2.1.0 OK
        C: RCPT TO:<romeo@example.net>
        S: 250 2.1.5 OK
        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        C: Subject: hi
        C: 
        C: Hello
        C: ..dot
        C: .
        S: 250 2.0.0 Ok: queued
        C: QUIT
        S: 221 2.0.0 Bye
        X:
        """,
        check: receiver =>
        {
            var mail = receiver.Mails.Single();
            Assert.Multiple(() =>
            {
                Assert.That(mail.Text, Is.EqualTo("Subject: hi\r\n\r\nHello\r\n.dot\r\n"));
                Assert.That(mail.BodyHash, Is.EqualTo(SHA256.HashData(Encoding.ASCII.GetBytes("Hello\r\n.dot\r\n"))));
                Assert.That(mail.Envelope.ReversePath.ToString(), Is.EqualTo("juliet@example.org"));
                Assert.That(mail.Envelope.Recipients.Single().Address.ToString(), Is.EqualTo("romeo@example.net"));
                Assert.That(mail.Client.Helo, Is.EqualTo("client.example"));
                Assert.That(mail.Client.Protocol, Is.EqualTo("ESMTP"));
                Assert.That(mail.Client.MailId, Does.Match("^[0-9a-z]{20}$"));
            });
        });
}
