using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Tests.Gateway.Spool;

internal sealed class SpoolIdTests
{
    [Test]
    public void Ids_only_grow_however_many_are_made_at_once()
    {
        var time = new TestTime();
        var before = SpoolId.New(time);
        var made = Enumerable.Range(0, 8).AsParallel().WithDegreeOfParallelism(8).SelectMany(_ => Enumerable.Range(0, 10_000).Select(_ => SpoolId.New(time))).ToList();

        Assert.That(made.Distinct().Count(), Is.EqualTo(made.Count));
        Assert.That(made.Min(), Is.GreaterThan(before));
    }
}
