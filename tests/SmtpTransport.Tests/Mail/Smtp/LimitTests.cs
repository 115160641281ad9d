using System.Net;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Tests.Support;
using static SmtpTransport.Tests.Support.SmtpTranscript;

namespace SmtpTransport.Tests.Mail.Smtp;

/// <summary>What a client may not do endlessly.</summary>
internal sealed class LimitTests
{
    private const string Ready = "220 mail.example ESMTP\r\n";

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
    public Task Silence_ends_the_session() => PlayAsync("""
        G:
        T: 00:04:59
        C: NOOP
        S: 250 2.0.0 OK
        T: 00:04:59
        T: 00:00:01
        S: 421 4.4.2 Idle too long
        X:
        """);

    [Test]
    public Task A_command_that_trickles_in_does_not_extend_its_time() => PlayAsync("""
        G:
        T: 00:03:00
        C~ NO
        T: 00:01:59
        C~ OP
        T: 00:00:01
        S: 421 4.4.2 Idle too long
        X:
        """);

    [Test]
    public Task An_over_long_command_that_never_ends_does_not_extend_its_time() => PlayAsync($"""
        G:
        C~ {new string('x', 5000)}
        T: 00:04:00
        C~ {new string('x', 5000)}
        T: 00:01:00
        S: 421 4.4.2 Idle too long
        X:
        """);

    [Test]
    public Task A_message_slower_than_500_octets_a_second_is_cut() => PlayAsync($"""
        D:
        {"C: " + new string('x', 29_998)}
        T: 00:01:00
        {"C: " + new string('x', 28_998)}
        T: 00:01:00
        S: 421 4.4.2 Message takes too long
        X:
        """, check: receiver => Assert.That(receiver.Mails, Is.Empty));

    [Test]
    public Task A_chunk_slower_than_500_octets_a_second_is_cut() => PlayAsync("""
        R:
        C: BDAT 5
        C~ slow
        T: 00:01:00
        S: 421 4.4.2 Message takes too long
        X:
        """);

    [Test]
    public Task A_message_takes_at_most_ten_minutes() => PlayAsync($"""
        D:
        {Repeat(9, "C: " + new string('x', 29_998) + "\nT: 00:01:00")}
        {"C: " + new string('x', 29_998)}
        T: 00:00:59
        C: more
        T: 00:00:01
        S: 421 4.4.2 Message takes too long
        X:
        """, check: receiver => Assert.That(receiver.Mails, Is.Empty));

    [Test]
    public Task Chunks_with_pauses_take_at_most_ten_minutes_too() => PlayAsync($"""
        R:
        {Repeat(3, "C: BDAT 1\nC~ x\nS: 250 2.0.0 OK\nT: 00:03:00")}
        C: BDAT 1
        C~ x
        S: 250 2.0.0 OK
        T: 00:01:00
        S: 421 4.4.2 Message takes too long
        X:
        """, check: receiver => Assert.That(receiver.Mails, Is.Empty));

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
    public async Task A_client_that_reads_no_replies_is_left()
    {
        using var stage = new SmtpStage();
        var client = stage.Connect(replyRoom: 20);
        Assert.That(client.Session.IsCompleted, Is.False);
        stage.Time.Advance(TimeSpan.FromMinutes(5));
        await client.Session;
    }

    [Test]
    public async Task Who_speaks_before_the_banner_is_refused()
    {
        using var stage = new SmtpStage();
        var client = stage.Connect(early: "EHLO a.test\r\nMAIL FROM:<a@b.test>\r\n");
        await client.Session;
        Assert.That(client.ReadAvailable(), Is.EqualTo("554 5.5.1 Wait for the banner before you speak\r\n"));
    }

    [Test]
    public async Task Connections_are_limited_in_all()
    {
        using var stage = new SmtpStage(options: o => o with { MaxConnections = 2 });
        var first = stage.Connect(IPAddress.Parse("192.0.2.1"));
        stage.Connect(IPAddress.Parse("192.0.2.2"));
        var third = stage.Connect(IPAddress.Parse("192.0.2.3"));
        await third.Session;
        Assert.That(third.ReadAvailable(), Is.EqualTo("421 4.3.2 Too many connections, try again later\r\n"));
        first.Close();
        await first.Session;
        Assert.That(stage.Connect(IPAddress.Parse("192.0.2.3")).ReadAvailable(), Is.EqualTo(Ready));
    }

    [TestCase("192.0.2.1", "192.0.2.1", "421 4.7.0 Too many connections from your address\r\n")]
    [TestCase("192.0.2.1", "::ffff:192.0.2.1", "421 4.7.0 Too many connections from your address\r\n")]
    [TestCase("2001:db8::1", "2001:db8::2:3", "421 4.7.0 Too many connections from your address\r\n")]
    [TestCase("192.0.2.1", "192.0.2.2", Ready)]
    [TestCase("2001:db8::1", "2001:db8:0:1::1", Ready)]
    [TestCase("198.51.100.1", "198.51.100.1", Ready)]
    public async Task Connections_are_limited_for_each_client(string one, string other, string greeting)
    {
        using var stage = new SmtpStage(options: o => o with
        {
            MaxConnectionsPerAddress = 1,
            TrustedNetworks = [IPNetwork.Parse("198.51.100.0/24")],
        });
        var first = stage.Connect(IPAddress.Parse(one));
        Assert.That(stage.Connect(IPAddress.Parse(other)).ReadAvailable(), Is.EqualTo(greeting));
        first.Close();
        await first.Session;
        Assert.That(stage.Connect(IPAddress.Parse(one)).ReadAvailable(), Is.EqualTo(Ready));
    }

    [Test]
    public async Task Commands_are_counted_for_each_client_over_all_its_connections()
    {
        var refused = new List<int>();
        using var stage = new SmtpStage(options: o => o with { CommandsPerMinute = 4, Refused = reply => refused.Add(reply.Code) });
        foreach (var address in new[] { "2001:db8::1", "2001:db8::2" })
        {
            var client = stage.Connect(IPAddress.Parse(address));
            client.Send("NOOP\r\nQUIT\r\n");
            await client.Session;
        }

        var third = stage.Connect(IPAddress.Parse("2001:db8::3"));
        third.Send("NOOP\r\n");
        await third.Session;

        Assert.That(third.ReadAvailable(), Is.EqualTo(Ready + "421 4.7.0 Too many commands from your address, try again in a minute\r\n"));
        Assert.That(refused, Is.EqualTo(new[] { 421 }));
        var other = stage.Connect(IPAddress.Parse("2001:db8:0:1::1"));
        other.Send("NOOP\r\n");
        Assert.That(other.ReadAvailable(), Does.EndWith("250 2.0.0 OK\r\n"));
    }

    [Test]
    public async Task A_client_that_errs_in_many_sessions_is_slowed_in_each()
    {
        using var stage = new SmtpStage();
        for (var session = 0; session < 10; session++)
        {
            var client = stage.Connect(IPAddress.Parse("192.0.2.9"));
            client.Send(string.Concat(Enumerable.Repeat("NONSENSE\r\n", 6)) + "QUIT\r\n");
            await client.Session;
        }

        var slowed = stage.Connect(IPAddress.Parse("192.0.2.9"));
        slowed.ReadAvailable();
        slowed.Send("NONSENSE\r\n");
        Assert.That(slowed.ReadAvailable(), Is.Empty);
        stage.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(slowed.ReadAvailable(), Does.StartWith("500 5.5.1"));
    }

    [Test]
    public async Task Pipelined_commands_are_answered_together()
    {
        using var stage = new SmtpStage();
        var client = stage.Connect();
        client.ReadAvailable();
        client.Send("HELO a.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n");
        Assert.That(client.Flushes, Is.EqualTo(2), "the banner, and all of these");
        client.Send(".\r\nQUIT\r\n");
        await client.Session;
        Assert.That(client.Flushes, Is.EqualTo(3));
    }

    private static string Repeat(int times, string lines) => string.Join("\n", Enumerable.Repeat(lines, times));
}
