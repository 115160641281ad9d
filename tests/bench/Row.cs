using System.Globalization;

namespace SmtpTransport.Bench;

/// <summary>One line of the table: our figure, the peer's in the same run, and what their ratio must be.</summary>
internal sealed record Row(string What, string Ours, string Peer, string Ratio, string Target, bool Reached)
{
    /// <summary>More is better.</summary>
    public static Row Rate(string what, double ours, double peer, double factor, string note = "") =>
        new(what, Number(ours), Number(peer), Times(ours / peer), $">= {Times(factor)}{note}", ours >= peer * factor);

    /// <summary>Less is better.</summary>
    public static Row Time(string what, TimeSpan ours, TimeSpan peer, double factor) =>
        new(what, Milliseconds(ours), Milliseconds(peer), Times(ours / peer), $"<= {Times(factor)}", ours <= peer * factor);

    public static Row Bound(string what, double ours, double most, string unit) =>
        new(what, $"{Number(ours)} {unit}", "", "", $"<= {Number(most)} {unit}", ours <= most);

    /// <summary>To be known, without a target.</summary>
    public static Row Told(string what, TimeSpan ours, TimeSpan peer) =>
        new(what, Milliseconds(ours), Milliseconds(peer), Times(ours / peer), $"told: +{Milliseconds(ours - peer)}", true);

    /// <summary>More is better; to be known, without a target.</summary>
    public static Row Told(string what, double ours, double peer) =>
        new(what, Number(ours), Number(peer), Times(ours / peer), "told", true);

    public static void Print(IEnumerable<Row> rows)
    {
        string[][] lines =
        [
            ["what", "ours", "peer", "ratio", "target", ""],
            .. rows.Select(row => new[] { row.What, row.Ours, row.Peer, row.Ratio, row.Target, row.Reached ? "ok" : "MISS" }),
        ];
        var widths = Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        foreach (var line in lines)
            Console.WriteLine("| " + string.Join(" | ", line.Select((cell, column) => column is 0 or 4 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))) + " |");
    }

    public static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.00} ms");

    private static string Number(double value) => value.ToString(value < 10 ? "0.00" : "0", CultureInfo.InvariantCulture);

    private static string Times(double ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00} x");
}
