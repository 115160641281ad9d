namespace SmtpTransport.Gateway.Reading;

/// <summary>Text parts that say nothing but "this mail has an HTML part".</summary>
internal static class Boilerplate
{
    /// <summary>Characters: with the endless addresses that senders of newsletters make.</summary>
    private const int MaxLength = 8000;

    /// <summary>Characters without addresses.</summary>
    private const int MaxWords = 400;

    private static readonly string[] Signs = ["html", "browser", "webversion", "web version", "online version", "http"];

    /// <summary>Short enough, and speaking of the right things.</summary>
    public static bool MayBe(string plain) =>
        string.IsNullOrWhiteSpace(plain)
        || (plain.Length < MaxLength && Words(plain) < MaxWords && Signs.Any(sign => plain.Contains(sign, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Only when the other form says a good deal more is the plain one given up.</summary>
    public static bool Is(string plain, string other) =>
        other.Length > 0 && (string.IsNullOrWhiteSpace(plain) || (MayBe(plain) && Words(other) > Words(plain) * 2));

    /// <summary>Characters that a person reads: an address says nothing.</summary>
    private static int Words(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(word => !word.Contains("://", StringComparison.Ordinal)).Sum(word => word.Length + 1);
}
