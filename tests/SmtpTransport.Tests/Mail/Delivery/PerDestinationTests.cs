using System.Net;
using System.Net.Sockets;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Mail.Delivery;

internal sealed class PerDestinationTests : DeliveryFixture
{
    [Test]
    public async Task Ten_black_holes_among_fifty_destinations_delay_none_of_the_others()
    {
        var mx = Mx();
        using var hole = new Socket(SocketType.Stream, ProtocolType.Tcp);
        hole.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.66"), mx.Port));
        hole.Listen(1000);
        var dns = new FakeDns();
        for (var i = 0; i < 50; i++)
            dns.Mx($"d{i}.test", (10, $"mx.d{i}.test")).Address($"mx.d{i}.test", i < 10 ? "127.0.0.66" : "127.0.0.1");
        var sender = Sender(new DeliveryOptions { Hostname = "gateway.test", Port = mx.Port, AllowPrivateAddresses = true }, dns);

        using var cancel = new CancellationTokenSource();
        var dead = Enumerable.Range(0, 100).Select(i => SendAsync(sender, Hello, [EmailAddress.Parse($"bob@d{i % 10}.test")], cancellation: cancel.Token)).ToList();
        var alive = Enumerable.Range(0, 200).Select(i => SendToAsync(sender, $"bob@d{10 + i % 40}.test")).ToList();

        Assert.That(await Task.WhenAll(alive), Is.All.InstanceOf<DeliveryOutcome.Delivered>());
        Assert.That(dead.Any(send => send.IsCompleted), Is.False, "the black holes are silent still");
        await cancel.CancelAsync();
        foreach (var send in dead)
            Assert.That(async () => await send, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_backlog_for_a_dead_destination_learns_from_the_first_two()
    {
        var mx = Mx().When("banner", silent: true);
        var sender = ByMx(new SmtpTimeouts { Reply = TimeSpan.FromMilliseconds(300) }, mx);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => SendAsync(sender)));
        Assert.That(outcomes, Is.All.InstanceOf<DeliveryOutcome.Deferred>());
        Assert.That(mx.Connections, Is.LessThanOrEqualTo(2));
    }

    [Test]
    public async Task A_rate_text_suspends_the_destination_and_no_other()
    {
        var mx = Mx().When("mail", "421 4.7.28 [192.0.2.1] mail sent from your IP address has been temporarily rate limited", times: 1, hangUp: true);
        var dns = new FakeDns().Mx("mail.test", (10, "mx.test")).Mx("example.test", (10, "mx.test")).Address("mx.test", "127.0.0.1");
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var sender = Sender(new DeliveryOptions { Hostname = "gateway.test", Port = mx.Port, AllowPrivateAddresses = true }, dns, time: time);
        Assert.That(Deferred(await SendAsync(sender)).Enhanced, Is.EqualTo("4.7.28"));
        Assert.That(Deferred(await SendAsync(sender)).Text, Does.Contain("temporarily rate limited"));
        Assert.That(mx.Connections, Is.EqualTo(1));
        IsDelivered(await SendToAsync(sender, "bob@example.test"));

        time.Advance(TimeSpan.FromMinutes(1));
        IsDelivered(await SendAsync(sender));
    }

    [Test]
    public async Task Places_grow_with_success_and_halve_when_the_server_complains()
    {
        var mx = Mx();
        var sender = ByMx(mx);
        Assert.That(sender.Room("mail.test"), Is.EqualTo(4));
        for (var i = 0; i < 6; i++)
            IsDelivered(await SendAsync(sender));
        Assert.That(sender.Destinations.Single().Places, Is.EqualTo(8));
        mx.When("rcpt", "450 4.7.1 Greylisted");
        Deferred(await SendAsync(sender));
        Assert.That(sender.Destinations.Single().Places, Is.EqualTo(4));
    }

    [Test]
    public async Task A_full_mailbox_is_no_complaint()
    {
        var mx = Mx().When("rcpt", "452 4.2.2 The email account that you tried to reach is over quota");
        var sender = ByMx(mx);
        Deferred(await SendAsync(sender));
        Assert.That(sender.Destinations.Single(), Is.EqualTo(new DestinationState("mail.test", 2, 0, 0, TimeSpan.Zero)));
    }
}
