using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Tests.Gateway.Spool;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RetryScheduleTests
{
    private readonly TestTime time = new();

    [TestCase(1, 1)]
    [TestCase(2, 5)]
    [TestCase(3, 15)]
    [TestCase(4, 30)]
    [TestCase(5, 60)]
    [TestCase(9, 960)]
    [TestCase(10, 960, Description = "then the last value again")]
    [TestCase(1000, 960)]
    public void The_pause_grows_and_varies_by_a_tenth(int attempts, int minutes)
    {
        var schedule = new RetrySchedule(new RetryOptions(), time);

        var pauses = Enumerable.Range(0, 200).Select(_ => (schedule.Next(attempts, time.GetUtcNow())!.Value - time.GetUtcNow()).TotalMinutes).ToList();

        Assert.That(pauses, Has.All.InRange(minutes * 0.9, minutes * 1.1));
        Assert.That(pauses.Max() - pauses.Min(), Is.GreaterThan(minutes * 0.05));
    }

    [Test]
    public void The_last_attempt_is_at_the_very_end_and_then_it_is_over()
    {
        var schedule = new RetrySchedule(new RetryOptions { GiveUpAfter = TimeSpan.FromHours(3) }, time);
        var since = time.GetUtcNow();

        Assert.That(schedule.Next(9, since), Is.EqualTo(since + TimeSpan.FromHours(3)));
        time.Advance(TimeSpan.FromHours(3));
        Assert.That(schedule.Next(1, since), Is.Null);
    }
}
