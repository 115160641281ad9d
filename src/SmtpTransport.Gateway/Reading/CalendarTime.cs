using System.Globalization;
using System.Xml;
using SmtpTransport.Gateway.Text;

namespace SmtpTransport.Gateway.Reading;

/// <summary>A time as calendars write it (RFC 5545 §3.3.4, §3.3.5): in a named zone, in UTC, wherever one is, or a whole day.</summary>
/// <param name="Zone">As it is called; empty for a time of no zone.</param>
internal sealed record CalendarTime(DateTime Time, string Zone, bool IsDay)
{
    public static CalendarTime? Read(ContentLine line)
    {
        var value = line.Value.Trim();
        if (DateTime.TryParseExact(value, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return new CalendarTime(day, "", IsDay: true);
        var zone = value.EndsWith('Z') ? "UTC" : PlainText.OneLine(line.Parameter("TZID"), 60);
        return DateTime.TryParseExact(value.TrimEnd('Z'), "yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? new CalendarTime(time, zone, IsDay: false)
            : null;
    }

    public CalendarTime? After(string duration)
    {
        try
        {
            // RFC 5545 §3.3.6 has weeks, which XML Schema has not.
            var span = duration.Trim() is ['P', .. var weeks, 'W'] && int.TryParse(weeks, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
                ? TimeSpan.FromDays(7 * Math.Min(n, 1000))
                : XmlConvert.ToTimeSpan(duration.Trim());
            return this with { Time = Time + span };
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>From this to the other, saying nothing twice.</summary>
    public string To(CalendarTime? end)
    {
        if (IsDay)
        {
            // RFC 5545 §3.6.1: the day of the end is not part of it.
            var last = end is { IsDay: true } && end.Time - Time > TimeSpan.FromDays(1) ? end.Time.AddDays(-1) : Time;
            return last == Time ? Day(Time) : $"{Day(Time)} to {Day(last)}";
        }

        var zone = Zone.Length > 0 ? $" ({Zone})" : "";
        if (end is null || end.IsDay || end.Time <= Time)
            return $"{Day(Time)}, {Hour(Time)}{zone}";
        var until = end.Time.Date == Time.Date ? Hour(end.Time) : $"{Day(end.Time)}, {Hour(end.Time)}";
        return end.Zone == Zone || end.Zone.Length == 0
            ? $"{Day(Time)}, {Hour(Time)} to {until}{zone}"
            : $"{Day(Time)}, {Hour(Time)}{zone} to {until} ({end.Zone})";
    }

    private static string Day(DateTime time) => time.ToString("ddd d MMM yyyy", CultureInfo.InvariantCulture);

    private static string Hour(DateTime time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);
}
