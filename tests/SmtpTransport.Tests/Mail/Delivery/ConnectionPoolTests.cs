using Microsoft.Extensions.Time.Testing;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;

namespace SmtpTransport.Tests.Mail.Delivery;

internal sealed class ConnectionPoolTests : DeliveryFixture
{
    [Test]
    public async Task Two_mails_share_a_connection()
    {
        var mx = Mx();
        var sender = Relaying(mx);
        IsDelivered(await SendAsync(sender));
        IsDelivered(await SendAsync(sender));
        Assert.That((mx.Connections, mx.Count("EHLO"), mx.Mails.Count, mx.Count("RSET")), Is.EqualTo((1, 1, 2, 0)));
        Assert.That(sender.IdleConnections, Is.EqualTo(1));
    }

    [TestCase(-1)]
    [TestCase(72)]
    public async Task A_clock_that_is_set_neither_ends_nor_prolongs_a_rest(int hours)
    {
        var time = new TestTime();
        var sender = Relaying(Mx(), time: time);
        IsDelivered(await SendAsync(sender));
        time.Jump(TimeSpan.FromHours(hours));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(sender.IdleConnections, Is.EqualTo(1));
        time.Advance(DestinationLimits.Default.Idle);
        Assert.That(sender.IdleConnections, Is.Zero);
    }

    [Test]
    public async Task A_refusal_leaves_the_connection_fit_for_the_next_mail()
    {
        var mx = Mx().When("rcpt", "550 5.1.1 No such user", times: 1);
        var sender = Relaying(mx);
        Failed(await SendAsync(sender));
        IsDelivered(await SendAsync(sender));
        Assert.That((mx.Connections, mx.Count("RSET")), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_connection_carries_so_many_mails_and_no_more()
    {
        var mx = Mx();
        var sender = Relaying(mx, limits: new DestinationLimits { MailsPerConnection = 2 });
        for (var i = 0; i < 5; i++)
            IsDelivered(await SendAsync(sender));
        await mx.Hears("QUIT");
        Assert.That(mx.Connections, Is.EqualTo(3));
    }

    [Test]
    public async Task A_kept_connection_that_has_died_is_replaced_in_silence()
    {
        var mx = Mx().When("eod", "250 2.0.0 Ok", times: 1, hangUp: true);
        var sender = Relaying(mx);
        IsDelivered(await SendAsync(sender));
        await mx.Hears("gone");
        IsDelivered(await SendAsync(sender));
        Assert.That(mx.Connections, Is.EqualTo(2));
    }

    [Test]
    public async Task A_kept_connection_that_dies_at_MAIL_is_replaced_in_silence()
    {
        var mx = Mx();
        var sender = Relaying(mx);
        IsDelivered(await SendAsync(sender));
        mx.When("mail", hangUp: true, times: 1);
        IsDelivered(await SendAsync(sender));
        Assert.That(mx.Connections, Is.EqualTo(2));
    }

    [Test]
    public async Task A_kept_connection_that_says_421_at_MAIL_is_replaced_in_silence()
    {
        var mx = Mx();
        var sender = Relaying(mx);
        IsDelivered(await SendAsync(sender));
        mx.When("mail", "421 4.4.2 You were silent too long", hangUp: true, times: 1);
        IsDelivered(await SendAsync(sender));
    }

    [Test]
    public async Task A_new_connection_that_dies_is_a_deferral()
    {
        var mx = Mx().When("mail", hangUp: true);
        Deferred(await SendAsync(Relaying(mx)));
        Assert.That(mx.Connections, Is.EqualTo(1));
    }

    [Test]
    public async Task An_idle_connection_is_left_with_QUIT_in_time()
    {
        var mx = Mx();
        var time = new FakeTimeProvider();
        var sender = Relaying(mx, time: time);
        IsDelivered(await SendAsync(sender));
        time.Advance(TimeSpan.FromSeconds(110));
        Assert.That(sender.IdleConnections, Is.EqualTo(1));
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.That(sender.IdleConnections, Is.Zero);
        await mx.Hears("QUIT");
        await mx.Hears("gone");
    }

    [Test]
    public async Task Disposal_leaves_all_connections_with_QUIT()
    {
        var mx = Mx();
        var sender = Relaying(mx);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => SendAsync(sender)));
        await sender.DisposeAsync();
        Assert.That(mx.Count("QUIT"), Is.EqualTo(mx.Connections));
    }

    [Test]
    public async Task Disposal_does_not_wait_long_for_a_server_that_does_not_let_go()
    {
        var mx = Mx().When("quit", silent: true);
        var sender = Relaying(mx, new SmtpTimeouts { Quit = TimeSpan.FromMilliseconds(50) });
        IsDelivered(await SendAsync(sender));
        await sender.DisposeAsync();
        await mx.Hears("gone");
    }

    [Test]
    public async Task A_destination_gets_so_many_connections_at_once_and_no_more()
    {
        var mx = Mx();
        var sender = Relaying(mx, limits: new DestinationLimits { Connections = 3 });
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => SendAsync(sender)));
        Assert.That(outcomes, Is.All.InstanceOf<DeliveryOutcome.Delivered>());
        Assert.That(mx.MostOpen, Is.LessThanOrEqualTo(3));
        Assert.That(mx.Mails, Has.Count.EqualTo(50));
    }

    [Test]
    public async Task A_mail_that_waits_for_its_place_can_be_cancelled()
    {
        var mx = Mx().When("mail", silent: true);
        var sender = Relaying(mx, limits: new DestinationLimits { Connections = 1 });
        using var cancel = new CancellationTokenSource();
        var first = SendAsync(sender, Hello, [Bob], cancellation: cancel.Token);
        await mx.Hears("MAIL");
        var second = SendAsync(sender, Hello, [Bob], cancellation: cancel.Token);
        await cancel.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await second, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(mx.Connections, Is.EqualTo(1));
    }

    [Test]
    public async Task Destinations_do_not_share_connections()
    {
        var mx = Mx();
        var dns = new SmtpTransport.Tests.Support.FakeDns()
            .Mx("mail.test", (10, "mx.test")).Mx("example.test", (10, "mx.test")).Address("mx.test", "127.0.0.1");
        var sender = Sender(new DeliveryOptions { Hostname = "gateway.test", Port = mx.Port, AllowPrivateAddresses = true }, dns);
        IsDelivered(await SendAsync(sender));
        IsDelivered(await SendToAsync(sender, "bob@example.test"));
        IsDelivered(await SendAsync(sender));
        Assert.That(mx.Connections, Is.EqualTo(2));
        Assert.That(dns.Asked.Count(question => question == "MX mail.test"), Is.EqualTo(1));
    }
}
