namespace SmtpTransport.Gateway.Reading;

/// <summary>Text parts that say nothing but "this mail has an HTML part".</summary>
internal static class Boilerplate
{
    private static readonly string[] Signs = ["html", "browser", "webversion", "web version", "online version", "http"];

    /// <summary>Short enough, and speaking of the right things.</summary>
    public static bool MayBe(string plain) =>
        string.IsNullOrWhiteSpace(plain)
        || (plain.Length < 400 && Signs.Any(sign => plain.Contains(sign, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Only when the other form says a good deal more is the plain one given up.</summary>
    public static bool Is(string plain, string other) =>
        other.Length > 0 && (string.IsNullOrWhiteSpace(plain) || (MayBe(plain) && other.Length > plain.Length * 2));
}
