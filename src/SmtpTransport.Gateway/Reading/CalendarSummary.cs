using System.Globalization;
using SmtpTransport.Gateway.Text;

namespace SmtpTransport.Gateway.Reading;

/// <summary>A calendar entry (RFC 5545, RFC 5546) in a few lines: what, when, where, from whom.</summary>
internal static class CalendarSummary
{
    private const int MaxLine = 300;

    /// <summary>Null when there is no event in it.</summary>
    public static string? Of(string calendar)
    {
        var method = "";
        var components = new Stack<string>();
        var found = new Dictionary<string, ContentLine>();
        var reply = "";
        foreach (var line in ContentLine.Read(calendar))
        {
            if (line.Name == "BEGIN")
                components.Push(line.Value.Trim().ToUpperInvariant());
            else if (line.Name == "END")
                components.TryPop(out _);
            else if (line.Name == "METHOD")
                method = line.Value.Trim().ToUpperInvariant();
            else if (components.TryPeek(out var component) && component == "VEVENT")
                _ = found.TryAdd(line.Name, line) && line.Name == "ATTENDEE" ? reply = Person(line) + Answer(line) : null;
        }

        if (found.Count == 0)
            return null;
        var title = TextOf(found, "SUMMARY") is { Length: > 0 } summary ? summary : "(no title)";
        List<string> lines = [$"{Kind(method, TextOf(found, "STATUS"), reply)}: {title}"];
        Add(lines, "When", found.TryGetValue("DTSTART", out var start) ? When(start, found.GetValueOrDefault("DTEND"), found.GetValueOrDefault("DURATION")) : "");
        Add(lines, "Repeats", found.TryGetValue("RRULE", out var rule) ? Repetition(rule.Value) : "");
        Add(lines, "Where", TextOf(found, "LOCATION"));
        Add(lines, "Organizer", found.TryGetValue("ORGANIZER", out var organizer) ? Person(organizer) : "");
        return string.Join('\n', lines);
    }

    private static void Add(List<string> lines, string label, string text)
    {
        if (text.Length > 0)
            lines.Add($"{label}: {text}");
    }

    private static string TextOf(Dictionary<string, ContentLine> lines, string name) =>
        lines.TryGetValue(name, out var line) ? PlainText.OneLine(line.Text, MaxLine) : "";

    // RFC 5546 §1.4
    private static string Kind(string method, string status, string reply) => method switch
    {
        "REQUEST" => "Invitation",
        "CANCEL" => "Cancelled",
        "REPLY" => reply,
        "COUNTER" => "Another time is proposed",
        "DECLINECOUNTER" => "The proposed time is declined",
        _ => status.Equals("CANCELLED", StringComparison.OrdinalIgnoreCase) ? "Cancelled" : "Event",
    };

    private static string Answer(ContentLine attendee) => attendee.Parameter("PARTSTAT").ToUpperInvariant() switch
    {
        "ACCEPTED" => " accepted",
        "DECLINED" => " declined",
        "TENTATIVE" => " may come",
        "DELEGATED" => " sends somebody else",
        _ => " answered",
    };

    private static string Person(ContentLine line)
    {
        var name = PlainText.OneLine(line.Parameter("CN"), 100);
        var address = line.Value.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) ? PlainText.OneLine(line.Value[7..], 200) : "";
        return name.Length == 0 || name == address ? address : address.Length == 0 ? name : $"{name} <{address}>";
    }

    private static string When(ContentLine start, ContentLine? end, ContentLine? duration)
    {
        if (CalendarTime.Read(start) is not { } from)
            return "";
        var until = end is not null ? CalendarTime.Read(end) : duration is not null ? from.After(duration.Value) : null;
        return from.To(until);
    }

    private static string Repetition(string rule)
    {
        var parts = rule.Split(';').Select(part => part.Split('=', 2)).Where(part => part.Length == 2)
            .GroupBy(part => part[0].ToUpperInvariant()).ToDictionary(part => part.Key, part => part.First()[1]);
        var unit = parts.GetValueOrDefault("FREQ", "").ToUpperInvariant() switch
        {
            "DAILY" => "day",
            "WEEKLY" => "week",
            "MONTHLY" => "month",
            "YEARLY" => "year",
            _ => "",
        };
        if (unit.Length == 0)
            return "";
        var every = int.TryParse(parts.GetValueOrDefault("INTERVAL", "1"), NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 1 ? $"every {n} {unit}s" : $"every {unit}";
        return parts.TryGetValue("COUNT", out var count) && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var times) ? $"{every}, {times} times" : every;
    }
}
