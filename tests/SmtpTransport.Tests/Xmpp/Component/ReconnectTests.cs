using Microsoft.Extensions.Logging;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Xmpp.Component;

public sealed class ReconnectTests : LinkFixture
{
    [Test]
    public async Task The_link_says_since_when_and_why_it_is_down()
    {
        Assert.That((Link.DownSince, Link.Problem), Is.EqualTo((Time.Start, "The link to the XMPP server has not been opened yet.")));

        var server = await BoundAsync();
        Assert.That((Link.DownSince, Link.Problem), Is.EqualTo(((DateTimeOffset?)null, (string?)null)));

        Time.Advance(TimeSpan.FromSeconds(2));
        server.Drop();
        await NextDelayAsync();
        Assert.That(Link.DownSince, Is.EqualTo(Time.Start.AddSeconds(2)));
        Assert.That(Link.Problem, Does.Contain("xmpp.example.org:5347 is down: connection-closed"));
    }

    [Test]
    public async Task What_was_not_confirmed_is_sent_again_in_order_with_the_same_ids()
    {
        var server = await BoundAsync();
        var first = Link.SendConfirmedAsync(Message("m1"), default);
        await server.ReadMessageAsync("m1");
        await server.PongAsync(await server.ReadPingAsync());
        Assert.That(await first, Is.InstanceOf<DeliveryVerdict.Taken>());
        var second = Link.SendConfirmedAsync(Message("m2"), default);
        await Link.SendAsync(Message("m3"), default);

        server.Drop();
        Time.Advance(await NextDelayAsync());
        server = await BoundAsync();

        await server.ReadMessageAsync("m2");
        await server.ReadMessageAsync("m3");
        await server.PongAsync(await server.ReadPingAsync());
        Assert.That(await second, Is.InstanceOf<DeliveryVerdict.Taken>());
    }

    [Test]
    public async Task What_comes_while_the_link_is_down_waits_for_the_next_one()
    {
        var verdict = Link.SendConfirmedAsync(Message("m1"), default);
        var server = await Server.BindAsync();

        await server.SendAsync(RefusalOf(await server.ReadMessageAsync("m1")));

        Assert.That(await verdict, Is.InstanceOf<DeliveryVerdict.Refused>());
    }

    [Test]
    public async Task A_withdrawn_message_is_not_sent_again()
    {
        var server = await BoundAsync();
        using var withdrawal = new CancellationTokenSource();
        var withdrawn = Link.SendConfirmedAsync(Message("m1"), withdrawal.Token);
        await server.ReadMessageAsync("m1");
        var kept = Link.SendConfirmedAsync(Message("m2"), default);
        await withdrawal.CancelAsync();
        Assert.ThrowsAsync(Is.InstanceOf<OperationCanceledException>(), () => withdrawn);

        server.Drop();
        Time.Advance(await NextDelayAsync());
        server = await Server.BindAsync();

        await server.ReadMessageAsync("m2");
        await server.PongAsync(await server.ReadPingAsync());
        await kept;
    }

    [Test]
    public async Task A_message_that_five_streams_did_not_confirm_is_given_up()
    {
        var verdict = Link.SendConfirmedAsync(Message("m1"), default);
        for (var stream = 0; stream < 5; stream++)
        {
            var server = await Server.BindAsync();
            await server.ReadMessageAsync("m1");
            await server.SendStreamErrorAsync("not-well-formed");
            Time.Advance(await NextDelayAsync());
        }
        await Server.BindAsync();

        Assert.That(await verdict, Is.InstanceOf<DeliveryVerdict.Refused>());
        Assert.That(((DeliveryVerdict.Refused)await verdict).Error.Type, Is.EqualTo(StanzaErrorType.Wait));
    }

    [TestCase("not-authorized", "Xmpp:Secret")]
    [TestCase("host-unknown", "Xmpp:Domain")]
    [TestCase("conflict", "stop the other gateway")]
    public async Task What_only_the_admin_can_mend_is_tried_slowly_and_named(string condition, string cure)
    {
        var server = await Server.AcceptAsync(streamId: "");
        await server.SendStreamErrorAsync(condition);

        Assert.That(await NextDelayAsync(), Is.InRange(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60)));
        Assert.That(Link.Problem, Does.Contain(condition).And.Contain(cure));
        var record = Logger.Collector.GetSnapshot()[^1];
        Assert.That(record.Level, Is.EqualTo(LogLevel.Warning));
        Assert.That(record.Message, Does.Contain(cure).And.Not.Contain(Server.ToString()));
    }

    [Test]
    public async Task A_link_that_another_one_replaced_comes_back_slowly()
    {
        var server = await BoundAsync();
        Time.Advance(TimeSpan.FromMinutes(10));
        await server.SendStreamErrorAsync("conflict");

        Assert.That(await NextDelayAsync(), Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public async Task A_server_that_was_there_for_long_is_called_again_at_once_and_then_ever_slower()
    {
        var server = await BoundAsync();
        Time.Advance(TimeSpan.FromMinutes(1));
        Server.RefusesConnections = true;
        server.Drop();

        var delays = new List<TimeSpan>();
        for (var attempt = 0; attempt < 12; attempt++)
        {
            delays.Add(await NextDelayAsync());
            Time.Advance(delays[^1]);
        }
        Assert.That(delays[0], Is.LessThan(TimeSpan.FromSeconds(2)));
        Assert.That(delays, Has.All.LessThanOrEqualTo(TimeSpan.FromSeconds(10)));
        Assert.That(delays[^1], Is.GreaterThan(TimeSpan.FromSeconds(2)));
    }

    [Test]
    public async Task A_dead_peer_is_noticed_by_its_silence()
    {
        var server = await BoundAsync();
        Time.Advance(TimeSpan.FromSeconds(31));
        await server.ReadPingAsync();

        Time.Advance(TimeSpan.FromSeconds(31));

        await Server.BindAsync();
        Assert.That(await Receiver.NextAsync(), Is.EqualTo("up"));
        Assert.That(await Receiver.NextAsync(), Is.EqualTo("down"));
        Assert.That(await Receiver.NextAsync(), Is.EqualTo("up"));
    }

    [Test]
    public async Task A_pong_that_never_comes_ends_the_stream_though_other_stanzas_come()
    {
        var server = await BoundAsync();
        var verdict = Link.SendConfirmedAsync(Message("m1"), default);
        await server.ReadMessageAsync("m1");
        await server.ReadPingAsync();
        for (var second = 0; second < 31; second += 5)
        {
            await server.SendAsync(Stanza.Message(Alice, Bob, "x", "chat"));
            Time.Advance(TimeSpan.FromSeconds(5));
        }

        server = await Server.BindAsync();

        await server.ReadMessageAsync("m1");
        await server.PongAsync(await server.ReadPingAsync());
        await verdict;
    }

    [Test]
    public async Task A_server_that_answers_pings_keeps_the_link()
    {
        var server = await BoundAsync();
        Time.Advance(TimeSpan.FromSeconds(31));
        await server.PongAsync(await server.ReadPingAsync());
        await server.SendAsync(Stanza.Message(Alice, Bob, "m1", "chat"));
        Assert.That(await Receiver.NextAsync(), Is.EqualTo("up"));
        Assert.That(await Receiver.NextAsync(), Does.StartWith("message chat m1"));

        Time.Advance(TimeSpan.FromSeconds(31));
        await server.SendAsync(Stanza.Message(Alice, Bob, "m2", "chat"));
        Assert.That(await Receiver.NextAsync(), Does.StartWith("message chat m2"));
    }

    [Test]
    public async Task A_stop_sends_what_waits_and_ends_the_stream()
    {
        var server = await BoundAsync();
        await Link.SendAsync(Message("m1"), default);
        await StopAsync();

        await server.ReadMessageAsync("m1");
        Assert.That(await server.ReadAsync(), Is.Null, "the end of the stream");
        await server.SendAsync(Stanza.Message(Alice, Bob, "last", "chat"));
        await server.SendAsync("</stream:stream>");

        await Running;
        Assert.That(await Receiver.NextAsync(), Is.EqualTo("up"));
        Assert.That(await Receiver.NextAsync(), Does.Contain("last"), "a stop is no broken link: nothing is to be sent again");
    }

    [Test]
    public async Task A_stop_does_not_wait_for_a_peer_that_is_gone()
    {
        await BoundAsync();
        await StopAsync();
        Time.Advance(await Time.NextTimerAsync((due, _) => due == TimeSpan.FromSeconds(5)));

        await Running;
        Assert.That(Link.DownSince, Is.Not.Null);
    }
}
