using SmtpTransport.Host.Web;

namespace SmtpTransport.Tests.Host.Web;

internal sealed class TurnstileTests
{
    [Test]
    public async Task Two_are_let_in_and_a_third_waits_for_its_turn_but_not_for_ever()
    {
        var time = new TestTime();
        using var turnstile = new Turnstile(time);
        var end = new TaskCompletionSource();
        var inside = new[] { turnstile.PassAsync(() => end.Task, CancellationToken.None), turnstile.PassAsync(() => end.Task, CancellationToken.None) };
        var patient = turnstile.PassAsync(() => Task.CompletedTask, CancellationToken.None);

        time.Advance(TimeSpan.FromSeconds(9));
        Assert.That(patient.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await patient, Is.False, "nobody waits longer");

        var next = turnstile.PassAsync(() => Task.CompletedTask, CancellationToken.None);
        end.SetResult();
        Assert.That((await next, await inside[0], await inside[1]), Is.EqualTo((true, true, true)));
    }

    [Test]
    public async Task What_breaks_gives_its_place_back()
    {
        using var turnstile = new Turnstile(new TestTime());

        for (var i = 0; i < 5; i++)
            Assert.ThrowsAsync<InvalidDataException>(() => turnstile.PassAsync(() => throw new InvalidDataException(), CancellationToken.None));

        Assert.That(await turnstile.PassAsync(() => Task.CompletedTask, CancellationToken.None), Is.True);
    }
}
