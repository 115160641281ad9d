using Microsoft.Extensions.Time.Testing;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;

namespace SmtpTransport.Tests.Mail.Delivery;

internal sealed class DestinationTests
{
    private static readonly DestinationSignal Taken = new DestinationSignal.Taken();
    private static readonly DestinationSignal Overloaded = new DestinationSignal.Overloaded();
    private static readonly DeliveryFailure Silence = new(new SmtpReply(451, "4.4.1", "Trouble connecting"));
    private static readonly DeliveryFailure Words = new(new SmtpReply(421, "4.7.28", "rate limited"), "mx.mail.test");

    private readonly FakeTimeProvider time = new();
    private Destination destination = null!;

    [SetUp]
    public void Begin() => destination = new Destination("mail.test", DestinationLimits.Default, [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)], time);

    [Test]
    public async Task It_begins_with_two_places_and_gains_one_with_each_mail_taken_up_to_twenty()
    {
        Assert.That(destination.State.Places, Is.EqualTo(2));
        await UseAsync(Taken);
        Assert.That(destination.State.Places, Is.EqualTo(3));
        for (var i = 0; i < 50; i++)
            await UseAsync(Taken);
        Assert.That(destination.State.Places, Is.EqualTo(20));
    }

    [Test]
    public async Task It_halves_with_each_complaint_and_keeps_one()
    {
        for (var i = 0; i < 18; i++)
            await UseAsync(Taken);
        var places = new List<int>();
        for (var i = 0; i < 6; i++)
        {
            await UseAsync(Overloaded);
            places.Add(destination.State.Places);
        }

        Assert.That(places, Is.EqualTo([10, 5, 2, 1, 1, 1]));
    }

    [Test]
    public async Task Who_finds_no_place_waits_for_one_in_order()
    {
        await EnterAsync();
        await EnterAsync();
        var third = EnterAsync();
        var fourth = EnterAsync();
        Assert.That(third.IsCompleted, Is.False);
        destination.Leave(DestinationSignal.None, time.GetTimestamp());
        Assert.That(await third, Is.Null);
        Assert.That(fourth.IsCompleted, Is.False);
        Assert.That(destination.State, Is.EqualTo(new DestinationState("mail.test", 2, 2, 1, TimeSpan.Zero)));
    }

    [Test]
    public async Task Who_waits_for_a_destination_that_turns_out_dead_is_told_so()
    {
        await EnterAsync();
        await EnterAsync();
        var waiting = EnterAsync();
        destination.Leave(new DestinationSignal.Unreachable(Silence), time.GetTimestamp());
        Assert.That(await waiting, Is.SameAs(Silence));
        destination.Leave(new DestinationSignal.Unreachable(Silence), time.GetTimestamp());
        Assert.That(await EnterAsync(), Is.Null, "the next one tries again");
    }

    [Test]
    public async Task One_dial_in_vain_is_bad_luck_when_others_got_through_meanwhile()
    {
        await EnterAsync();
        var since = time.GetTimestamp();
        time.Advance(TimeSpan.FromSeconds(1));
        await UseAsync(Taken);
        await EnterAsync();
        await EnterAsync();
        var waiting = EnterAsync();
        destination.Leave(new DestinationSignal.Unreachable(Silence), since);
        Assert.That(waiting.IsCompleted, Is.False);
    }

    [Test]
    public async Task A_destination_that_asks_for_less_is_left_alone_for_longer_each_time()
    {
        await UseAsync(new DestinationSignal.Suspended(Words));
        var first = await EnterAsync();
        Assert.That(first!.Reply.ToString(), Does.StartWith("450 4.7.0 Nothing is sent to mail.test until").And.EndsWith("421 4.7.28 rate limited"));
        Assert.That(destination.State.SuspendedFor, Is.EqualTo(TimeSpan.FromMinutes(1)));

        time.Advance(TimeSpan.FromMinutes(1));
        await UseAsync(new DestinationSignal.Suspended(Words));
        Assert.That(destination.State.SuspendedFor, Is.EqualTo(TimeSpan.FromMinutes(5)));

        time.Advance(TimeSpan.FromMinutes(5));
        await UseAsync(Taken);
        await UseAsync(new DestinationSignal.Suspended(Words));
        Assert.That(destination.State.SuspendedFor, Is.EqualTo(TimeSpan.FromMinutes(1)), "a mail that was taken is a new beginning");
    }

    [Test]
    public async Task Who_gives_up_waiting_leaves_the_line()
    {
        await EnterAsync();
        await EnterAsync();
        using var cancel = new CancellationTokenSource();
        var waiting = destination.EnterAsync(cancel.Token);
        await cancel.CancelAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(destination.State.Waiting, Is.Zero);
    }

    private Task<DeliveryFailure?> EnterAsync() => destination.EnterAsync(CancellationToken.None);

    private async Task UseAsync(DestinationSignal signal)
    {
        var since = time.GetTimestamp();
        Assert.That(await EnterAsync(), Is.Null);
        destination.Leave(signal, since);
    }
}
