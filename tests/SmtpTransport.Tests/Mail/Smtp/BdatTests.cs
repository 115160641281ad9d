using static SmtpTransport.Tests.Support.SmtpTranscript;

namespace SmtpTransport.Tests.Mail.Smtp;

/// <summary>CHUNKING (RFC 3030).</summary>
internal sealed class BdatTests
{
    [Test]
    public Task Chunks_make_one_message() => PlayAsync("""
        R:
        C: BDAT 6
        C~ ..hi␍␊
        S: 250 2.0.0 OK
        C: bdat 1
        C~ ␍
        S: 250 2.0.0 OK
        C: BDAT 5 LAST
        C~ ␊.␍␊x
        S: 250 2.0.0 Ok: queued
        C: MAIL FROM:<>
        S: 250 2.1.0 OK
        """, check: receiver => Assert.That(receiver.Mails.Single().Text, Is.EqualTo("..hi\r\n\r\n.\r\nx")));

    [Test]
    public Task The_last_chunk_may_be_empty() => PlayAsync("""
        R:
        C: BDAT 4
        C~ hi␍␊
        S: 250 2.0.0 OK
        C: BDAT 0 LAST
        S: 250 2.0.0 Ok: queued
        """, check: receiver => Assert.That(receiver.Mails.Single().Text, Is.EqualTo("hi\r\n")));

    [Test]
    public Task A_chunk_that_nobody_wants_is_thrown_away() => PlayAsync("""
        S: 220 mail.example ESMTP
        C: BDAT 6 LAST
        C~ QUIT␍␊
        S: 503 5.5.1 Send EHLO first
        C: HELO a.test
        S: 250 mail.example
        C: BDAT 6
        C~ QUIT␍␊
        S: 503 5.5.1 Send MAIL first
        C: MAIL FROM:<a@b.test>
        S: 250 2.1.0 OK
        C: BDAT 6 LAST
        C~ QUIT␍␊
        S: 503 5.5.1 Send RCPT first
        C: RCPT TO:<c@d.test>
        S: 250 2.1.5 OK
        C: BDAT 3 LAST
        C~ a␍␊
        S: 250 2.0.0 Ok: queued
        """, check: receiver => Assert.That(receiver.Mails.Single().Text, Is.EqualTo("a\r\n")));

    [Test]
    public Task Data_and_rcpt_do_not_mix_with_chunks() => PlayAsync("""
        R:
        C: BDAT 3
        C~ a␍␊
        S: 250 2.0.0 OK
        C: DATA
        S: 503 5.5.1 BDAT under way
        C: RCPT TO:<c@d.test>
        S: 503 5.5.1 BDAT under way
        C: MAIL FROM:<c@d.test>
        S: 503 5.5.1 Nested MAIL command
        C: BDAT 3 LAST
        C~ b␍␊
        S: 250 2.0.0 Ok: queued
        """, check: receiver => Assert.That(receiver.Mails.Single().Text, Is.EqualTo("a\r\nb\r\n")));

    [Test]
    public Task Rset_forgets_the_chunks() => PlayAsync("""
        R:
        C: BDAT 3
        C~ a␍␊
        S: 250 2.0.0 OK
        C: RSET
        S: 250 2.0.0 OK
        C: BDAT 3 LAST
        C~ b␍␊
        S: 503 5.5.1 Send MAIL first
        """, check: receiver => Assert.That(receiver.Mails, Is.Empty));

    [TestCase("a␊bcde")]
    [TestCase("a␍bcde")]
    public Task Bare_line_ends_are_refused_from_their_chunk_on(string chunk) => PlayAsync($"""
        R:
        C: BDAT 6
        C~ {chunk}
        S: 550 5.5.2 Bare CR or LF in the message: lines end with CRLF
        C: BDAT 3
        C~ b␍␊
        S: 550 5.5.2 Bare CR or LF in the message: lines end with CRLF
        C: BDAT 3 LAST
        C~ c␍␊
        S: 550 5.5.2 Bare CR or LF in the message: lines end with CRLF
        C: MAIL FROM:<a@b.test>
        S: 250 2.1.0 OK
        """, check: receiver => Assert.That(receiver.Mails, Is.Empty));

    [Test]
    public Task A_CR_at_the_very_end_is_bare() => PlayAsync("""
        R:
        C: BDAT 2 LAST
        C~ a␍
        S: 550 5.5.2 Bare CR or LF in the message: lines end with CRLF
        """, check: receiver => Assert.That(receiver.Mails, Is.Empty));

    [Test]
    public Task Chunks_over_the_limit_are_refused() => PlayAsync($"""
        R:
        C: BDAT 1000001
        C~ {new string('x', 1_000_001)}
        S: 552 5.3.4 Message too large
        C: BDAT 0 LAST
        S: 552 5.3.4 Message too large
        C: NOOP
        S: 250 2.0.0 OK
        """, check: receiver => Assert.That(receiver.Mails, Is.Empty));

    [TestCase("BDAT")]
    [TestCase("BDAT x")]
    [TestCase("BDAT -1 LAST")]
    [TestCase("BDAT 5 FIRST")]
    [TestCase("BDAT 99999999999999999999")]
    public Task A_chunk_of_unknown_size_ends_the_session(string command) => PlayAsync($"""
        R:
        C: {command}
        S: 501 5.5.4 Syntax: BDAT size [LAST]
        X:
        """);
}
