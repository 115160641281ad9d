using System.Globalization;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>How many of all possible faults each test of a run tries: <c>SMTPTRANSPORT_FAULTS</c>.</summary>
internal static class FaultPlan
{
    private static readonly int Most = int.Parse(Environment.GetEnvironmentVariable("SMTPTRANSPORT_FAULTS") ?? "5", CultureInfo.InvariantCulture);

    /// <summary>All, or some of every kind in turn.</summary>
    public static IReadOnlyList<T> Choose<T, TKind>(IReadOnlyList<T> all, Func<T, TKind> kind)
    {
        if (all.Count <= Most)
            return all;
        var shuffled = all.ToArray();
        new Random(TestContext.CurrentContext.Random.Next()).Shuffle(shuffled);
        return [.. shuffled.GroupBy(kind).SelectMany(group => group.Select((item, index) => (Item: item, Index: index))).OrderBy(item => item.Index).Take(Most).Select(item => item.Item)];
    }
}
