using SmtpTransport.Host.Commands;

namespace SmtpTransport.Host.Checks;

/// <summary>What <c>check</c> prints: one line for each finding, and under it what to add.</summary>
internal static class Report
{
    public static async Task WriteAsync(TextWriter output, IReadOnlyList<Finding> findings)
    {
        var width = findings.Max(finding => finding.Subject.Length);
        foreach (var (grade, subject, text, cure) in findings)
        {
            await output.WriteLineAsync($"{Word(grade),-6}  {subject.PadRight(width)}  {Printable.Of(text)}");
            foreach (var line in cure?.Split('\n') ?? [])
                await output.WriteLineAsync($"          -> {Printable.Of(line)}");
        }

        var faults = findings.Count(finding => finding.Grade == Grade.Fault);
        await output.WriteLineAsync(faults switch { 0 => "All is well.", 1 => "One fault.", _ => $"{faults} faults." });
    }

    private static string Word(Grade grade) => grade switch { Grade.Ok => "ok", Grade.Advice => "advice", _ => "FAULT" };
}
