using System.Globalization;

namespace SmtpTransport.Mail.Delivery.MtaSts;

public enum StsMode
{
    None,
    Testing,
    Enforce,
}

/// <summary>The policy of a domain: which hosts take its mail, and that they can do TLS (RFC 8461 §3.2).</summary>
/// <param name="Hosts">Patterns.</param>
/// <param name="MaxAge">How long it may be relied on after it was fetched.</param>
public sealed record StsPolicy(StsMode Mode, IReadOnlyList<string> Hosts, TimeSpan MaxAge)
{
    // RFC 8461 §3.2 says at most 31557600 for max_age; nobody lists more hosts for a good reason.
    private const long LongestAge = 31_557_600;
    private const int MaxHosts = 1000;

    /// <returns>Null for what is no policy.</returns>
    public static StsPolicy? Parse(string text)
    {
        var fields = text.Split('\n').Select(line => line.TrimEnd('\r', ' ', '\t').Split(':', 2, StringSplitOptions.TrimEntries)).Where(pair => pair.Length == 2).ToList();
        // "If any field other than mx is specified more than once, all entries except for the first MUST be ignored."
        string? First(string name) => fields.FirstOrDefault(pair => pair[0] == name)?[1];
        var hosts = fields.Where(pair => pair[0] == "mx").Select(pair => pair[1].ToLowerInvariant().TrimEnd('.')).Take(MaxHosts).ToList();
        if (First("version") != "STSv1" || ParseMode(First("mode")) is not { } mode || ParseAge(First("max_age")) is not { } age)
            return null;
        return hosts.TrueForAll(IsPattern) && (hosts.Count > 0 || mode == StsMode.None) ? new StsPolicy(mode, hosts, age) : null;
    }

    /// <summary>RFC 8461 §4.1: a wildcard stands for exactly one label.</summary>
    public bool Lists(string host) => Hosts.Any(pattern => pattern.StartsWith("*.", StringComparison.Ordinal)
        ? host.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && host[dot..].Equals(pattern[1..], StringComparison.OrdinalIgnoreCase)
        : host.Equals(pattern, StringComparison.OrdinalIgnoreCase));

    private static StsMode? ParseMode(string? text) => text switch
    {
        "enforce" => StsMode.Enforce,
        "testing" => StsMode.Testing,
        "none" => StsMode.None,
        _ => null,
    };

    private static TimeSpan? ParseAge(string? text) =>
        text is { Length: > 0 and <= 10 } && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, LongestAge))
            : null;

    private static bool IsPattern(string pattern) =>
        Uri.CheckHostName(pattern.StartsWith("*.", StringComparison.Ordinal) ? pattern[2..] : pattern) == UriHostNameType.Dns;
}
