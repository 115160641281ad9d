namespace SmtpTransport.Bench;

/// <summary>A warm-up (twice: the runtime compiles hot code again), then three runs; the median counts.</summary>
internal static class Runs
{
    public static int Count { get; set; } = 3;

    public static async Task<double> MedianAsync(string what, Func<Task<double>> run)
    {
        await run();
        await run();
        var figures = new List<double>();
        for (var number = 0; number < Count; number++)
            figures.Add(await run());
        Console.WriteLine($"  {what}: {string.Join(", ", figures.Select(figure => figure.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture)))}");
        return figures.Order().ElementAt(Count / 2);
    }

    public static TimeSpan Percentile(IEnumerable<TimeSpan> times, double part)
    {
        var sorted = times.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * part))];
    }
}
