using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Mail.Delivery;

internal sealed class BrokenConversationTests : DeliveryFixture
{
    private static readonly SmtpTimeouts Short = new() { Reply = TimeSpan.FromMilliseconds(150), FinalDot = TimeSpan.FromMilliseconds(300) };

    [TestCase("banner")]
    [TestCase("ehlo")]
    [TestCase("mail")]
    [TestCase("rcpt")]
    [TestCase("data")]
    [TestCase("eod")]
    public async Task A_lost_connection_defers(string stage)
    {
        var reply = Deferred(await SendAsync(Relaying(Mx().When(stage, hangUp: true))));
        Assert.That((reply.Code, reply.Enhanced), Is.EqualTo((451, "4.4.2")));
    }

    [TestCase("banner")]
    [TestCase("ehlo")]
    [TestCase("mail")]
    [TestCase("rcpt")]
    [TestCase("data")]
    [TestCase("eod")]
    public async Task A_silent_server_defers(string stage)
    {
        var reply = Deferred(await SendAsync(Relaying(Mx().When(stage, silent: true), Short)));
        Assert.That((reply.Code, reply.Enhanced), Is.EqualTo((451, "4.4.2")));
        Assert.That(reply.Text, Does.Contain("no answer in time"));
    }

    [Test]
    public async Task Replies_that_come_octet_by_octet_are_understood()
    {
        var time = new TestTime();
        var mx = Mx();
        mx.BeforeOctet = () => PassAsync(time, TimeSpan.FromSeconds(1));
        IsDelivered(await SendAsync(Relaying(mx, time: time)));
        Assert.That(mx.Mails.Single(), Does.EndWith("Hello Bob\r\n"));
    }

    // A server that sends something now and then must not hold a place for ever.
    [TestCase("banner")]
    [TestCase("ehlo")]
    [TestCase("mail")]
    [TestCase("rcpt")]
    [TestCase("data")]
    [TestCase("eod")]
    public async Task Octets_that_come_too_slowly_defer(string stage)
    {
        var time = new TestTime();
        var mx = Mx().When(stage, "250-" + new string('x', 100_000));
        mx.BeforeOctet = () => PassAsync(time, TimeSpan.FromSeconds(1));
        var reply = Deferred(await SendAsync(Relaying(mx, time: time)));
        Assert.That((reply.Code, reply.Enhanced), Is.EqualTo((451, "4.4.2")));
        Assert.That(reply.Text, Does.Contain("no answer in time"));
    }

    // Each reply comes in time; all of them would take an hour, and the next attempt the same.
    [Test]
    public async Task A_server_that_takes_its_time_over_each_of_many_steps_defers()
    {
        var time = new TestTime();
        var mx = Mx();
        mx.Extensions = [];
        var sender = Relaying(mx, new SmtpTimeouts { Attempt = TimeSpan.FromMinutes(20) }, time: time);
        IsDelivered(await SendAsync(sender));
        mx.BeforeOctet = () => PassAsync(time, TimeSpan.FromSeconds(5));
        var outcomes = await SendAsync(sender, [.. Enumerable.Range(0, 50).Select(i => EmailAddress.Parse($"bob{i}@mail.test"))]);
        Assert.That(outcomes.Select(Deferred), Is.All.EqualTo(new SmtpReply(451, "4.4.2", "The mail servers of mail.test took more than 20 minutes")));
        await mx.Hears("gone");
    }

    [Test]
    public async Task Who_looks_at_each_of_many_recipients_in_turn_has_the_time_for_it()
    {
        var time = new TestTime();
        var mx = Mx();
        mx.BeforeOctet = () => PassAsync(time, TimeSpan.FromMilliseconds(500));
        var outcomes = await SendAsync(Relaying(mx, time: time), [.. Enumerable.Range(0, 50).Select(i => EmailAddress.Parse($"bob{i}@mail.test"))]);
        Assert.That(outcomes, Is.All.InstanceOf<DeliveryOutcome.Delivered>());
    }

    [Test]
    public async Task A_lost_connection_in_the_middle_of_the_content_defers()
    {
        var mx = Mx().When("data", "354 Go ahead", hangUp: true);
        var lines = string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 100_000));
        Assert.That(Deferred(await SendAsync(Relaying(mx), Hello + lines)).Enhanced, Is.EqualTo("4.4.2"));
    }

    [Test]
    public async Task A_server_that_does_not_read_the_content_defers()
    {
        var mx = Mx().When("data", "354 Go ahead", deaf: true);
        var lines = string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 400_000));
        var reply = Deferred(await SendAsync(Relaying(mx, new SmtpTimeouts { DataBlock = TimeSpan.FromMilliseconds(200) }), Hello + lines));
        Assert.That(reply.Text, Does.Contain("no answer in time"));
    }

    [TestCase("mail")]
    [TestCase("rcpt")]
    [TestCase("data")]
    [TestCase("eod")]
    public async Task A_421_defers_with_the_words_of_the_server_and_closes(string stage)
    {
        var mx = Mx().When(stage, "421 4.7.0 Too much mail from you", times: 1);
        var sender = Relaying(mx);
        var outcome = await SendAsync(sender);
        // Before the content another connection is as good as new: the relay has one address, so it is over.
        Assert.That(Why<DeliveryOutcome.Deferred>(outcome), Is.EqualTo(
            new DeliveryFailure(new SmtpReply(421, "4.7.0", "Too much mail from you"), "127.0.0.1")));
        await mx.Hears("gone");
        Assert.That(sender.IdleConnections, Is.Zero);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_421_in_the_middle_keeps_the_refusals_before_it(bool pipelining)
    {
        var mx = Mx().When("rcpt", "550 5.1.1 No such user", match: "bob").When("rcpt", "421 4.3.2 Going down", match: "carol", hangUp: true);
        mx.Extensions = pipelining ? ["PIPELINING"] : [];
        var outcomes = await SendAsync(Relaying(mx), Bob, Carol, EmailAddress.Parse("dave@mail.test"));
        Assert.That(Failed(outcomes[0]).Enhanced, Is.EqualTo("5.1.1"));
        Assert.That(outcomes.Skip(1).Select(outcome => Deferred(outcome).Code), Is.All.EqualTo(421));
    }

    [Test]
    public async Task A_lost_connection_after_the_final_dot_is_not_tried_elsewhere_at_once()
    {
        var first = Mx().When("eod", hangUp: true);
        var second = Mx("127.0.0.2", first.Port);
        Deferred(await SendAsync(ByMx(first, second)));
        Assert.That(second.Connections, Is.Zero);
    }

    [Test]
    public async Task No_reply_to_the_final_dot_is_not_tried_elsewhere_at_once()
    {
        var first = Mx().When("eod", silent: true);
        var second = Mx("127.0.0.2", first.Port);
        Deferred(await SendAsync(ByMx(Short, first, second)));
        Assert.That(second.Connections, Is.Zero);
    }

    [TestCase("banner")]
    [TestCase("ehlo")]
    [TestCase("rcpt")]
    public async Task A_reply_without_end_is_cut_off(string stage)
    {
        var endless = string.Join("\r\n", Enumerable.Repeat("250-and so on", 20_000));
        Assert.That(Deferred(await SendAsync(Relaying(Mx().When(stage, endless)))).Enhanced, Does.StartWith("4.4"));
    }

    [Test]
    public async Task A_line_without_end_is_cut_off()
    {
        Deferred(await SendAsync(Relaying(Mx().When("mail", "250 " + new string('x', 300_000)))));
    }

    [Test]
    public async Task A_long_line_is_understood()
    {
        IsDelivered(await SendAsync(Relaying(Mx().When("mail", "250 " + new string('x', 20_000)))));
    }

    [TestCase("550")]
    [TestCase("550 ")]
    public async Task A_code_without_text_is_understood(string reply)
    {
        Assert.That(Failed(await SendAsync(Relaying(Mx().When("rcpt", reply)))), Is.EqualTo(new SmtpReply(550, "5.1.1", "")));
    }

    [TestCase("what?")]
    [TestCase("99 bottles")]
    [TestCase("250-one\r\n251 two")]
    [TestCase("")]
    [TestCase("\0\0\0\0")]
    public async Task A_reply_that_is_none_defers(string reply)
    {
        Assert.That(Deferred(await SendAsync(Relaying(Mx().When("rcpt", reply), Short))).Code, Is.EqualTo(451));
    }

    [Test]
    public async Task NUL_octets_in_a_text_do_not_pass()
    {
        var mx = Mx().When("rcpt", "550 5.1.1 No\0such\u0007user");
        Assert.That(Failed(await SendAsync(Relaying(mx))).Text, Is.EqualTo("No such user"));
    }

    private static async Task PassAsync(TestTime time, TimeSpan step)
    {
        await Task.Yield();
        time.Advance(step);
    }

    [Test]
    public async Task Cancellation_closes_the_connection_and_throws()
    {
        var mx = Mx().When("rcpt", silent: true);
        using var cancel = new CancellationTokenSource();
        var sending = SendAsync(Relaying(mx), Hello, [Bob], cancellation: cancel.Token);
        await mx.Hears("RCPT");
        await cancel.CancelAsync();
        Assert.That(async () => await sending, Throws.InstanceOf<OperationCanceledException>());
        await mx.Hears("gone");
    }

    [Test]
    public async Task Cancellation_while_the_greeting_is_awaited_throws()
    {
        var mx = Mx().When("banner", silent: true);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        Assert.That(
            async () => await SendAsync(Relaying(mx), Hello, [Bob], cancellation: cancel.Token), Throws.InstanceOf<OperationCanceledException>());
        await mx.Hears("gone");
    }
}
