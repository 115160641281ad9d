namespace SmtpTransport.Host.Commands;

/// <summary>Columns as wide as their widest cell.</summary>
internal sealed class TextTable(params string[] headings)
{
    public async Task WriteAsync(TextWriter output, IEnumerable<string[]> rows)
    {
        List<string[]> lines = [headings, .. rows.Select(row => Array.ConvertAll(row, Printable.Of))];
        var widths = headings.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        foreach (var line in lines)
            await output.WriteLineAsync(string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
