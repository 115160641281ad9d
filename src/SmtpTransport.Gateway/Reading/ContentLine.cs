using System.Text;

namespace SmtpTransport.Gateway.Reading;

/// <summary>A line of a calendar or a contact card: <c>DTSTART;TZID=Europe/Berlin:20261127T140000</c> (RFC 5545 §3.1, RFC 6350 §3.3).</summary>
/// <param name="Name">In capitals, without the group that may stand before it.</param>
/// <param name="Value">As written: escapes are undone where it is text.</param>
internal sealed record ContentLine(string Name, IReadOnlyDictionary<string, string> Parameters, string Value)
{
    private const int MaxLines = 5000;
    private const int MaxLength = 8000;

    /// <summary>Undone: <c>\n</c>, <c>\,</c>, <c>\;</c> and <c>\\</c>.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder(Value.Length);
            for (var i = 0; i < Value.Length; i++)
                text.Append(Value[i] != '\\' || i + 1 == Value.Length ? Value[i] : Value[++i] is 'n' or 'N' ? '\n' : Value[i]);
            return text.ToString().Trim();
        }
    }

    public static IEnumerable<ContentLine> Read(string text) =>
        Unfold(text).Take(MaxLines).Select(Parse).OfType<ContentLine>();

    public string Parameter(string name) => Parameters.GetValueOrDefault(name, "");

    /// <summary>A line that begins with a space goes on the one before; in vCard 2.1 so does one below an equals sign.</summary>
    private static IEnumerable<string> Unfold(string text)
    {
        var line = new StringBuilder();
        foreach (var next in text.Split('\n'))
        {
            if (line.Length is > 0 and < MaxLength && line[^1] == '=' && line.ToString().Contains("QUOTED-PRINTABLE", StringComparison.OrdinalIgnoreCase))
            {
                line.Length--;
                line.Append(next);
                continue;
            }

            if (next.StartsWith(' ') || next.StartsWith('\t'))
            {
                line.Append(line.Length < MaxLength ? next[1..] : "");
                continue;
            }

            if (line.Length > 0)
                yield return line.ToString();
            line.Clear().Append(next);
        }

        if (line.Length > 0)
            yield return line.ToString();
    }

    private static ContentLine? Parse(string line)
    {
        var colon = OutsideQuotes(line, ':', 0);
        if (colon < 1)
            return null;
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var head = line[..colon];
        var end = OutsideQuotes(head, ';', 0);
        var name = line[..(end < 0 ? colon : end)];
        while (end >= 0)
        {
            var next = OutsideQuotes(head, ';', end + 1);
            var parameter = line[(end + 1)..(next < 0 ? colon : next)];
            if (parameter.IndexOf('=') is var equals and > 0)
                parameters[parameter[..equals]] = parameter[(equals + 1)..].Trim('"');
            else
                parameters["TYPE"] = parameter; // vCard 2.1
            end = next;
        }

        return new ContentLine(name[(name.IndexOf('.') + 1)..].ToUpperInvariant(), parameters, line[(colon + 1)..]);
    }

    private static int OutsideQuotes(string line, char sought, int start)
    {
        var quoted = false;
        for (var i = start; i < line.Length; i++)
        {
            if (line[i] == '"')
                quoted = !quoted;
            else if (line[i] == sought && !quoted)
                return i;
        }

        return -1;
    }
}
