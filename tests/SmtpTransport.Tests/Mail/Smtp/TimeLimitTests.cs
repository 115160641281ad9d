using static SmtpTransport.Tests.Support.SmtpTranscript;

namespace SmtpTransport.Tests.Mail.Smtp;

/// <summary>How long a client may take.</summary>
internal sealed class TimeLimitTests
{
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
    public async Task A_client_that_reads_no_replies_is_left()
    {
        using var stage = new SmtpStage();
        var client = stage.Connect(replyRoom: 20);
        Assert.That(client.Session.IsCompleted, Is.False);
        stage.Time.Advance(TimeSpan.FromMinutes(5));
        await client.Session;
    }
}
