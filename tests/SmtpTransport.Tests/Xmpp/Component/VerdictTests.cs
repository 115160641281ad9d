using System.Threading.Channels;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Xmpp.Component;

public sealed class VerdictTests : LinkFixture
{
    [Test]
    public async Task A_message_is_taken_when_the_ping_after_it_is_answered()
    {
        var server = await BoundAsync();
        var verdict = Link.SendConfirmedAsync(Message("m1"), default);

        await server.ReadMessageAsync("m1");
        var ping = await server.ReadPingAsync();
        Assert.That(verdict.IsCompleted, Is.False);
        await server.PongAsync(ping);

        Assert.That(await verdict, Is.InstanceOf<DeliveryVerdict.Taken>());
        Assert.That(Link.Unconfirmed, Is.Zero);
    }

    [Test]
    public async Task An_error_before_the_pong_is_the_verdict_and_nobody_elses_business()
    {
        var server = await BoundAsync();
        var verdict = Link.SendConfirmedAsync(Message("m1"), default);

        await server.SendAsync(RefusalOf(await server.ReadMessageAsync("m1")));
        await server.PongAsync(await server.ReadPingAsync());

        Assert.That(await verdict, Is.EqualTo(new DeliveryVerdict.Refused(new StanzaError(StanzaErrorType.Cancel, "service-unavailable"))));
        await server.SendAsync(Stanza.Message(Alice, Bob, "next", "chat"));
        Assert.That(await Receiver.NextAsync(), Is.EqualTo("up"));
        Assert.That(await Receiver.NextAsync(), Does.Contain("next"));
    }

    [Test]
    public async Task Each_message_gets_its_own_verdict_from_one_ping()
    {
        var server = await BoundAsync();
        var verdicts = Enumerable.Range(0, 10).Select(i => Link.SendConfirmedAsync(Message($"m{i}"), default)).ToArray();

        var pings = new List<Stanza>();
        for (var read = 0; read < 14; read++)
        {
            var stanza = await server.ReadAsync();
            if (stanza!.Kind == StanzaKind.Iq)
                pings.Add(stanza);
            else if (stanza.Id == "m7")
                await server.SendAsync(RefusalOf(stanza));
        }
        Assert.That(pings, Has.Count.EqualTo(4), "the others wait for a pong");
        await server.PongAsync(pings[0]);
        await server.PongAsync(await server.ReadPingAsync());

        var words = await Task.WhenAll(verdicts);
        Assert.That(words.Select(word => word is DeliveryVerdict.Taken), Is.EqualTo(Enumerable.Range(0, 10).Select(i => i != 7)));
    }

    [Test]
    public async Task An_error_after_the_pong_is_late_and_goes_to_the_receiver()
    {
        var server = await BoundAsync();
        var verdict = Link.SendConfirmedAsync(Message("m1"), default);
        var message = await server.ReadMessageAsync("m1");
        await server.PongAsync(await server.ReadPingAsync());
        Assert.That(await verdict, Is.InstanceOf<DeliveryVerdict.Taken>());

        await server.SendAsync(RefusalOf(message));

        Assert.That(await Receiver.NextAsync(), Is.EqualTo("up"));
        Assert.That(await Receiver.NextAsync(), Does.StartWith("message error m1"));
    }

    [Test]
    public async Task A_bounce_to_our_address_in_lower_case_is_recognised()
    {
        var server = await BoundAsync();
        var original = Stanza.Message(new Jid("Bob%mail.test", "smtp.example.org", ""), Alice, "m1", "chat");
        var verdict = Link.SendConfirmedAsync(original, default);
        await server.ReadMessageAsync("m1");

        await server.SendAsync("<message type='error' id='m1' from='alice@example.org' to='bob%mail.test@smtp.example.org'>"
            + "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");

        Assert.That(await verdict, Is.InstanceOf<DeliveryVerdict.Refused>());
    }

    [TestCase("alice@example.org", true, TestName = "A_full_offline_queue_does_not_matter_when_the_archive_has_the_message")]
    [TestCase("mallory@example.org", false, TestName = "The_archive_of_somebody_else_proves_nothing")]
    public async Task Rule_10(string archive, bool taken)
    {
        var server = await BoundAsync();
        var verdict = Link.SendConfirmedAsync(Message("m1"), default);
        await server.ReadMessageAsync("m1");

        await server.SendAsync("<message type='error' id='m1' from='alice@example.org' to='bob%mail.test@smtp.example.org'>"
            + $"<stanza-id xmlns='urn:xmpp:sid:0' by='{archive}' id='1'/>"
            + "<error type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");

        Assert.That(await verdict is DeliveryVerdict.Taken, Is.EqualTo(taken));
    }

    [Test]
    public async Task An_error_proves_the_order_as_well_as_a_pong()
    {
        var server = await BoundAsync();
        var verdict = Link.SendConfirmedAsync(Message("m1"), default);
        await server.ReadMessageAsync("m1");

        var ping = await server.ReadPingAsync();
        await server.SendAsync(ping.Error(new StanzaError(StanzaErrorType.Cancel, "service-unavailable"))!);

        Assert.That(await verdict, Is.InstanceOf<DeliveryVerdict.Taken>());
    }

    [Test]
    public async Task A_pong_from_anybody_else_proves_nothing()
    {
        var server = await BoundAsync();
        var verdict = Link.SendConfirmedAsync(Message("m1"), default);
        await server.ReadMessageAsync("m1");
        var ping = await server.ReadPingAsync();

        await server.SendAsync(Stanza.Iq(Alice, ping.From, ping.Id, "result", null));
        await server.SendAsync(Stanza.Message(Alice, Bob, "next", "chat"));
        Assert.That(await Receiver.NextAsync(), Is.EqualTo("up"));
        Assert.That(await Receiver.NextAsync(), Does.Contain("next"));
        Assert.That(verdict.IsCompleted, Is.False);
    }

    [Test]
    public async Task A_stanza_that_nobody_waits_for_is_confirmed_within_a_second()
    {
        var server = await BoundAsync();
        await Link.SendAsync(Message("m1"), default);
        await server.ReadMessageAsync("m1");
        Assert.That(Link.Unconfirmed, Is.EqualTo(1));

        Time.Advance(TimeSpan.FromSeconds(1));
        await server.PongAsync(await server.ReadPingAsync());

        await server.SendAsync(Stanza.Message(Alice, Bob, "next", "chat"));
        await Receiver.NextAsync();
        await Receiver.NextAsync();
        Assert.That(Link.Unconfirmed, Is.Zero);
    }

    [Test]
    public async Task Senders_wait_while_too_much_is_unconfirmed()
    {
        var server = await BoundAsync();
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 2049; i++)
                await Link.SendAsync(Message($"m{i}"), default);
        });

        var (messages, pings) = (0, new Queue<Stanza>());
        while (messages < 2048)
        {
            var stanza = (await server.ReadAsync())!;
            if (stanza.Kind == StanzaKind.Iq)
                pings.Enqueue(stanza);
            else
                messages++;
        }
        Assert.That(sending.IsCompleted, Is.False);
        await server.PongAsync(pings.Dequeue());
        await sending;
        Assert.That(pings, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Senders_wait_while_the_socket_takes_nothing()
    {
        await BoundAsync();
        var text = new string('x', 190 * 1024);
        using var enough = new CancellationTokenSource();

        var sent = 0;
        while (Link.SendAsync(Message($"m{sent}", text), enough.Token).AsTask() is { IsCompleted: true } && sent < 100)
            sent++;

        await enough.CancelAsync();
        Assert.That(sent, Is.InRange(5, 12), "1 MiB waits, and one write is under way");
    }

    [Test]
    public async Task A_receiver_that_answers_does_not_wait_for_a_pong_that_it_keeps_from_being_read()
    {
        const int flood = 3000;
        Receiver.OnStanza = (stanza, cancellation) => Link.SendAsync(Message("to-" + stanza.Id), cancellation);
        var server = await BoundAsync();

        var pings = Channel.CreateUnbounded<Stanza>();
        var answers = Task.Run(async () =>
        {
            for (var messages = 0; messages < flood;)
            {
                var stanza = (await server.ReadAsync())!;
                if (stanza.Kind == StanzaKind.Message)
                    messages++;
                else
                    pings.Writer.TryWrite(stanza);
            }
            pings.Writer.Complete();
        });
        for (var i = 0; i < flood; i++)
            await server.SendAsync(Stanza.Message(Alice, Bob, $"f{i}", "chat"));
        await foreach (var ping in pings.Reader.ReadAllAsync())
            await server.PongAsync(ping);

        await answers;
    }

    [Test]
    public void What_the_server_would_not_bear_is_refused_before_it_is_sent()
    {
        Assert.ThrowsAsync<ArgumentException>(async () => await Link.SendAsync(Message(""), default));
        Assert.ThrowsAsync<ArgumentException>(async () => await Link.SendAsync(Message("m1") with { To = default }, default));
        Assert.ThrowsAsync<ArgumentException>(() => Link.SendConfirmedAsync(Message("m1", new string('x', 200 * 1024)), default));
        Assert.That(Link.Unconfirmed, Is.Zero);
    }
}
